"""Working days in China: deadlines are counted in them."""

from service.workdays.calendar import WorkCalendar, add_days, add_workdays, load_calendar

__all__ = ["WorkCalendar", "add_days", "add_workdays", "load_calendar"]
