"""Cases count now which of their holds a re-trace has followed."""


def migrate(cr, version):
    """Those that were traced after their last hold need no other: it would hold what
    people have seen in the lists since then and left alone."""
    cr.execute(
        """
        UPDATE recall_case
           SET followed_hold_count = held.count
          FROM (
                SELECT case_id, count(*) AS count, max(placed_at) AS last
                  FROM recall_hold
                 GROUP BY case_id
               ) held
         WHERE held.case_id = recall_case.id
           AND traced_at > held.last
        """
    )
