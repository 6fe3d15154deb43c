"""Requests: routes, who may call, one unit of work each, problems, lists."""
