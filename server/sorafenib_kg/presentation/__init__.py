"""What pages show, worked out from a graph; knows neither Flask nor HTML."""
