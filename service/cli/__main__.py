"""``python -m service.cli``: what the supervisor starts."""

from service.cli.main import main

main()
