"""Trains the network that sees glasses, masks, hats and hands: ``python -m training.obstacles --data DIR``."""
