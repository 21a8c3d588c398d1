"""The beginning of a company: its database, its first department and its first employee."""

import contextlib
from typing import Any

import sqlalchemy as sa

from altius_desktop.database.admin import AdminAddress
from altius_desktop.database.provisioning import (
    LOGIN_FORM,
    close_common_databases,
    create_company_database,
    create_login,
)
from altius_desktop.database.shared_server import check_place
from altius_desktop.domain.errors import UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.domain.texts import clean_line
from altius_desktop.i18n import _
from altius_desktop.models import Company, Department, Employee


def found_shared_company(admin: AdminAddress, *, database: str, **company: Any) -> bool:
    """`found_company` on a server of the office's own: whether its common databases are closed to the employees.

    They stay as they are where others use the server too. UserError where no company can be made.
    """
    check_place(admin, database)
    found_company(admin, database=database, **company)
    with admin.connect() as connection, connection.cursor() as cursor:
        return close_common_databases(cursor)


def found_company(
    admin: AdminAddress,
    *,
    company: str,
    login: str,
    full_name: str,
    password: str,
    database: str = "altius",
    administrator: str = "admin",
    administrator_password: str | None = None,
) -> None:
    """Make the company's database with its director as the first employee; UserError for unusable input.

    Besides him its administrator gets a login; without a password of his own he has the director's.
    """
    company, full_name = clean_line(company), clean_line(full_name)
    if not company or len(company) > 200:
        raise UserError(_("The company's name must have 1 to 200 characters."))
    if not full_name or len(full_name) > 200:
        raise UserError(_("The full name must have 1 to 200 characters."))
    for name in (login, administrator):
        if not LOGIN_FORM.fullmatch(name):
            raise UserError(
                _("“{login}” cannot be a login.").format(login=name),
                _("A login begins with a Latin letter; letters, digits, dots and hyphens may follow."),
            )
    if login == administrator:
        raise UserError(_("The director and the administrator need a login each."))
    if not password or administrator_password == "":
        raise UserError(_("The password is empty."))
    create_company_database(admin, database=database, prefix=database)
    # The row of the company comes last: where it stands, the company is whole.
    with admin.connect(database) as connection:
        create_login(
            connection, prefix=database, login=login, password=password, groups=("employee", "director")
        )
        create_login(
            connection,
            prefix=database,
            login=administrator,
            password=administrator_password or password,
            groups=("administrator",),
        )
    engine = admin.engine(database)
    with contextlib.closing(engine.connect()) as connection, connection.begin():
        connection.execute(sa.text(f'SET ROLE "{database}__owner"'))
        department = new_id()
        connection.execute(sa.insert(Company).values(id=1, name=company))
        connection.execute(sa.insert(Department).values(id=department, name=_("Management")))
        connection.execute(
            sa.insert(Employee).values(
                id=new_id(),
                full_name=full_name,
                position=_("director"),
                department_id=department,
                login=login,
            )
        )
    engine.dispose()
