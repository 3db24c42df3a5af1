"""Holds go to the company that they are placed in from now on, where those are who may
release them."""


def migrate(cr, version):
    # The active ones only: those who released others were of the company they are in.
    _move_precautions(cr)
    _move_with_cases(cr)


def _move_precautions(cr):
    """To the company of their goods."""
    cr.execute(
        """
        WITH precaution AS (
            SELECT hold.id,
                   COALESCE(lot.company_id, place.company_id) AS company_id
              FROM recall_hold hold
              LEFT JOIN stock_lot lot ON lot.id = hold.lot_id
              LEFT JOIN stock_location place ON place.id = hold.location_id
             WHERE hold.state = 'active' AND hold.case_id IS NULL
        )
        UPDATE recall_hold hold
           SET company_id = precaution.company_id
          FROM precaution
         WHERE precaution.id = hold.id
           AND precaution.company_id != hold.company_id
        """
    )


def _move_with_cases(cr):
    """To the company of their case, which could go to another one until now."""
    cr.execute(
        """
        UPDATE recall_hold hold
           SET company_id = recall_case.company_id
          FROM recall_case
         WHERE recall_case.id = hold.case_id
           AND hold.state = 'active'
           AND recall_case.company_id != hold.company_id
        """
    )
