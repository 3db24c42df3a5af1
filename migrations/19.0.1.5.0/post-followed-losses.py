"""Cases count now which documents that lost goods to them a re-trace has seen so."""


def migrate(cr, version):
    """Those that were traced after their last loss need no other: nobody expects their
    lists to change by an upgrade."""
    cr.execute(
        """
        UPDATE recall_case
           SET followed_loss_count = lost.count
          FROM (
                SELECT case_id, count(*) AS count, max(date) AS last
                  FROM recall_interruption
                 GROUP BY case_id
               ) lost
         WHERE lost.case_id = recall_case.id
           AND traced_at > lost.last
        """
    )
