"""Build the demo company in a database that has none."""

from . import people, purchasing, setup, story
from .clock import Clock
from .world import World


def build(env):
    """Build it all, up to the evening before the vendor calls."""
    with Clock() as clock:
        world = World(env, clock)
        setup.set_up(world)
        people.invite(world)
        purchasing.set_price_lists(world)
        story.tell(world)
        # Empty quants go when somebody opens the inventory: nobody has, yet.
        world.env["stock.quant"]._quant_tasks()
        env.flush_all()
