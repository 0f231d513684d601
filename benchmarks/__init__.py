"""What frapi costs and how well it sees, measured. ``python -m benchmarks`` tells what there is."""
