"""The demo: an invented trading company in Russian, the same for the same day, around today's date.

Made by the administrator's connection alone; whoever works in it logs in as one of DEMO_LOGINS.
"""

from altius_desktop.services.demo.bulk import fill_bulk
from altius_desktop.services.demo.filling import fill_company
from altius_desktop.services.demo.making import keep_demo_fresh, make_demo_company
from altius_desktop.services.demo.office import DEMO_LOGINS, DEMO_PASSWORD, DemoLogin

__all__ = [
    "DEMO_LOGINS",
    "DEMO_PASSWORD",
    "DemoLogin",
    "fill_bulk",
    "fill_company",
    "keep_demo_fresh",
    "make_demo_company",
]
