"""What `manage.py evaluate` can measure: a module each, with its options and its run."""
