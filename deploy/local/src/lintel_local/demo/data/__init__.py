"""What the demo deals in: real products, prices and baskets in made-up stores of real cities, the same every time."""
