"""What stores state about their shelves, and what tills sell."""
