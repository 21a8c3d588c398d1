"""The rules of the office, without database and without Qt: states, names, phones, dates, errors."""
