"""The rules of stock: what is there, what is promised, and what each fact does to both. No I/O, no clock."""
