"""What answers requests to the endpoint, before any web framework and without one."""
