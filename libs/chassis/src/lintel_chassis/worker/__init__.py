"""What runs beside requests: deadlines, retention, gauges."""
