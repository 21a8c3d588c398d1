"""Which company a verb means, and who enters it: what the verbs' options and the environment say together."""

import argparse
import os
from collections.abc import Callable

from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import _

AskPassword = Callable[[str], str]


def dsn_of(arguments: argparse.Namespace) -> str | None:
    """The address by --dsn or ALTIUS_DSN; None if --data-dir says which company is meant, UserError if nothing does."""
    dsn: str | None = arguments.dsn or (None if arguments.data_dir else os.environ.get("ALTIUS_DSN"))
    if not dsn and not arguments.data_dir:
        raise UserError(_("It is not said which company is meant."), _("Add --dsn ADDRESS or --data-dir D."))
    return dsn


def is_superuser(arguments: argparse.Namespace, dsn: str) -> bool:
    """Whether the address names the server's superuser postgres, and --as nobody else."""
    from altius_desktop.database.access import user_of

    return arguments.login is None and user_of(dsn) == "postgres"
