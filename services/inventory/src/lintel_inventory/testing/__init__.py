"""For tests of inventory, here and wherever services meet."""
