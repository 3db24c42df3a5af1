"""The time of the story."""

from datetime import datetime, timedelta

from freezegun import freeze_time

WEEKS = 8


class Clock:
    """Eight whole weeks that end before this one; within them time is set by hand.

    One frozen time for the whole build: starting `freeze_time` looks at every module
    that Odoo has loaded, moving it costs nothing.
    """

    def __init__(self):
        today = datetime.now().replace(hour=0, minute=0, second=0, microsecond=0)
        self.start = today - timedelta(days=today.weekday(), weeks=WEEKS)
        self._freezer = freeze_time(self.start)

    def __enter__(self):
        self._frozen = self._freezer.start()
        return self

    def __exit__(self, *error):
        self._freezer.stop()

    def set(self, week, day, hour, minute=0):
        """Go to a moment of the story.

        :param week: 1 to 8
        :param day: 1 for Monday to 7
        """
        moment = self.start + timedelta(
            weeks=week - 1, days=day - 1, hours=hour, minutes=minute
        )
        # The trace orders by time: a story told in the wrong order is another story.
        if moment < self._frozen():
            raise ValueError(f"week {week}, day {day}, {hour}:{minute:02} is over")
        self._frozen.move_to(moment)

    def step(self, minutes=10):
        """Let some time pass, so that no two documents are of the same moment."""
        self._frozen.tick(timedelta(minutes=minutes))
