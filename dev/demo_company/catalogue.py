"""What is bought, made and sold: tables without code.

Quantities of recipes are for `SIZE` units of the product, in the unit of each
component.
"""

SIZE = 100

# key: (code, name, unit, tracking, days until it expires, price)
PRODUCTS = {
    "peanut": ("RM-PEA", "Roasted Peanuts", "kg", "lot", 270, 2.4),
    "hazelnut": ("RM-HAZ", "Roasted Hazelnuts", "kg", "lot", 270, 7.9),
    "almond": ("RM-ALM", "Almonds", "kg", "lot", 300, 6.8),
    "oats": ("RM-OAT", "Oat Flakes", "kg", "lot", 360, 0.9),
    "honey": ("RM-HON", "Honey", "kg", "lot", 720, 5.2),
    "chocolate": ("RM-CHO", "Dark Chocolate", "kg", "lot", 360, 6.1),
    "seeds": ("RM-SUN", "Sunflower Seeds", "kg", "lot", 270, 1.9),
    "oil": ("RM-OIL", "Rapeseed Oil", "kg", "lot", 360, 1.6),
    "sugar": ("RM-SUG", "Cane Sugar", "kg", "none", 0, 0.8),
    "salt": ("RM-SAL", "Sea Salt", "kg", "none", 0, 0.5),
    "jar": ("PK-JAR", "Jar with Lid", "unit", "none", 0, 0.3),
    "carton": ("PK-GIF", "Gift Carton", "unit", "none", 0, 1.2),
    "paste": ("SF-PPA", "Peanut Paste", "kg", "lot", 120, 3.9),
    "spread": ("SPREAD", "Peanut Spread 350 g", "unit", "lot", 365, 4.2),
    "bar": ("BAR", "Peanut Bar 45 g", "unit", "lot", 270, 1.1),
    "cookie": ("COOKIE", "Peanut Cookies 200 g", "unit", "lot", 180, 3.3),
    "mix": ("MIX", "Snack Mix 1 kg", "unit", "none", 0, 9.5),
    "pieces": ("PIECES", "Broken Bar Pieces", "kg", "none", 0, 4.0),
    "trio": ("TRIO", "Peanut Spread Trio", "unit", "lot", 365, 11.4),
    "gift": ("GIFT", "Gift Box", "unit", "serial", 180, 19.9),
    "hazelspread": ("HSPRD", "Hazelnut Spread 350 g", "unit", "lot", 365, 5.6),
    "almondcookie": ("ACOOK", "Almond Cookies 200 g", "unit", "lot", 180, 3.6),
    "granola": ("GRANOLA", "Oat Granola 500 g", "unit", "lot", 240, 4.8),
}

# key: components
RECIPES = {
    "paste": {"peanut": 100, "salt": 1},
    "spread": {"paste": 32, "sugar": 2, "jar": 100},
    "bar": {"paste": 1.5, "oats": 2, "honey": 0.8},
    "cookie": {"paste": 6, "oats": 8, "sugar": 5, "chocolate": 3},
    "mix": {"peanut": 60, "almond": 25, "chocolate": 15},
    "trio": {"spread": 300},
    "gift": {"spread": 100, "bar": 200, "cookie": 100, "carton": 100},
    "hazelspread": {"hazelnut": 32, "sugar": 4, "jar": 100},
    "almondcookie": {"almond": 7, "oats": 8, "sugar": 5},
    "granola": {"oats": 35, "seeds": 8, "oil": 4, "sugar": 2, "salt": 0.2},
}

# key: what its production yields besides
BY_PRODUCTS = {"bar": {"pieces": 0.4}}

LOT_OF_THE_RECALL = "GP-2291-B"
