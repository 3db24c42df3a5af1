"""Precautions go to the company of their goods, as they are placed from now on."""


def migrate(cr, version):
    # The active ones only: those who released others were of the company they are in.
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
