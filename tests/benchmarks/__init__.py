"""What sending costs: `make bench`."""
