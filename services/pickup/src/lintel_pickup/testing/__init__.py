"""For tests of pickup: facts of others, and pickup without its HTTP and Kafka sides."""
