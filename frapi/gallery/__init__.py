"""Where faces are looked up."""
