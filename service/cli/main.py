"""Wiring of the commands, and the one place that turns errors into exit codes.

0 done, 1 the input was refused, 2 wrong usage, 3 something needed is missing or down.
"""

from __future__ import annotations

import logging
import sys

import structlog
import typer
from pydantic import ValidationError

from service.cli import checks, demo, desktop, imaging, importing, keeping, people, running
from service.cli.console import errors
from service.errors import ServiceError, StartupError
from service.invalid_values import what_is_wrong
from service.settings import PREFIX, Settings
from spatial.errors import SpatialError
from spatial.messages import Message

REFUSED = 1
WRONG_USAGE = 2
MISSING = 3

NO_SPACE = Message("磁盘已满，请腾出空间后再试。", "The disk is full; make room, then repeat.")
DATABASE_AWAY = Message(
    "数据库没有应答，可能正在恢复；请稍后再试。",
    "The database does not answer; it may be recovering: repeat in a moment.",
)

app = typer.Typer(
    name="plotwatch",
    help="Spatial monitoring of protected farmland: from the satellite patch to the closed case.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for subject in (running, demo, importing, imaging, desktop, people, keeping, checks):
    subject.add_commands(app)


def main() -> None:
    """Run the command line."""
    configure_logging()
    try:
        app()
    except (ServiceError, SpatialError) as error:
        tell(error.message)
        sys.exit(REFUSED)
    except StartupError as error:
        errors.print(f"plotwatch: {error}", style="red", markup=False)
        sys.exit(MISSING)
    except ValidationError as error:
        if error.title != Settings.__name__:
            raise
        tell(wrong_setting(error))
        sys.exit(WRONG_USAGE)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        missing = _what_is_missing(error)
        if missing is None:
            raise
        tell(missing)
        sys.exit(MISSING)


def _what_is_missing(error: Exception) -> Message | None:
    """What a command needed and did not find; None when the error is a fault."""
    # Only here: the libraries of the database take a while to import.
    from service.database.failures import database_is_away, out_of_space

    if out_of_space(error):
        return NO_SPACE
    if database_is_away(error):
        return DATABASE_AWAY
    return None


def wrong_setting(error: ValidationError) -> Message:
    """What to do about the first setting that cannot be used."""
    first = error.errors()[0]
    name = PREFIX + "__".join(map(str, first["loc"])).upper()
    wrong = what_is_wrong(first)
    return Message(
        f"设置 {name} 无效：{wrong.zh}。", f"The setting {name} is not valid: {wrong.en}."
    )


def tell(message: Message) -> None:
    """Show a sentence in both languages on standard error."""
    errors.print(message.zh, style="red", markup=False)
    errors.print(message.en, style="red", markup=False)


def configure_logging() -> None:
    """Log lines of this program and its libraries go to standard error.

    Tracebacks without local variables: these hold passwords and people's data.
    """
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
