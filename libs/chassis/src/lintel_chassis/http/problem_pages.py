"""What people read of problems: a page each, and docs/problems.md."""

from collections.abc import Iterable
from html import escape

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from lintel_chassis.problems import Problems, ProblemType

_PAGE = "<!doctype html><meta charset=utf-8><title>{title}</title><h1>{title}</h1><p>Status {status}.<p>{text}"
_INTRODUCTION = """# Problems

Every error is an RFC 9457 problem (`application/problem+json`). Its `type` is one of these. This file is generated.
"""


def problem_page(problems: Problems, request: Request) -> Response:
    """`GET /problems/{slug}`."""
    problem = problems.types.get(request.path_params["slug"])
    if problem is None:
        raise HTTPException(404, "There is no such problem.")
    text = escape(problem.explanation)
    return HTMLResponse(_PAGE.format(title=escape(problem.title), status=problem.status, text=text))


def problems_markdown(sections: Iterable[tuple[str, Iterable[ProblemType]]]) -> str:
    """The whole of docs/problems.md: a table for each heading."""
    parts = [_INTRODUCTION]
    for heading, types in sections:
        parts.append(f"\n## {heading}\n\n| slug | status | title | what it means |\n|---|---|---|---|\n")
        parts += [
            f"| `{problem.slug}` | {problem.status} | {problem.title} | {problem.explanation} |\n"
            for problem in sorted(types, key=lambda problem: problem.slug)
        ]
    return "".join(parts)
