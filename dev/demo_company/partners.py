"""Who the company deals with: tables without code. All names are made up."""

LANGUAGES = {
    "IE": "en_US",
    "GB": "en_US",
    "NL": "en_US",
    "FR": "fr_FR",
    "BE": "fr_FR",
    "DE": "de_DE",
    "AT": "de_DE",
}

# key: (name, street, zip, city, country)
VENDORS = {
    "golden": ("Golden Pod Peanuts", "Kade 14", "3089 KN", "Rotterdam", "NL"),
    "piemonte": ("Tonda Nocciole", "Rue du Moulin 3", "84000", "Avignon", "FR"),
    "almaza": ("Almaza Almonds", "Dock Road 7", "L20 1BY", "Liverpool", "GB"),
    "nordkorn": ("Nordkorn Rohstoffe", "Am Speicher 2", "24103", "Kiel", "DE"),
}

# Shops that the distribution centre delivers to.
RETAIL = {
    "liffey": ("Liffey Larder", "12 Quay Street", "D08 K2W7", "Dublin", "IE"),
    "claddagh": ("Claddagh Corner Shop", "5 Shop Row", "H91 X4P2", "Galway", "IE"),
    "lee": ("Lee Valley Foods", "81 Patrick Hill", "T23 E8N4", "Cork", "IE"),
    "comeragh": ("Comeragh Wholefoods", "3 The Mall", "X91 F6R0", "Waterford", "IE"),
    "shannon": ("Shannonside Stores", "44 Henry Row", "V94 T2C8", "Limerick", "IE"),
    "mersey": ("Mersey Delicatessen", "9 Bold Lane", "L1 4JA", "Liverpool", "GB"),
    "aire": ("Aire & Calder Grocers", "27 Mill Brow", "LS2 7QD", "Leeds", "GB"),
    "severn": ("Severn Pantry", "60 Narrow Quay", "BS1 4QA", "Bristol", "GB"),
    "clyde": ("Clydebank Provisions", "2 Kelvin Way", "G3 8AW", "Glasgow", "GB"),
    "taff": ("Taff Street Market", "18 Castle Arcade", "CF10 1BW", "Cardiff", "GB"),
    "ouse": ("Ouse Bridge Foods", "7 Micklegate Bar", "YO1 6JX", "York", "GB"),
    "cam": ("Cam Snacks Wholesale", "31 Fen Road", "CB4 1UN", "Cambridge", "GB"),
    "rhone": ("Épicerie du Rhône", "14 rue des Quais", "69002", "Lyon", "FR"),
    "loire": ("Comptoir de Loire", "8 place du Pilori", "44000", "Nantes", "FR"),
    "garonne": ("Halles Garonne", "22 cours du Port", "33000", "Bordeaux", "FR"),
    "vilaine": ("Biocoin Vilaine", "5 rue du Chapitre", "35000", "Rennes", "FR"),
    "ill": ("Maison de l'Ill", "11 quai des Pêcheurs", "67000", "Strasbourg", "FR"),
    "deule": ("Deûle Gourmande", "40 rue Basse", "59800", "Lille", "FR"),
    "senne": ("Épices et Senne", "16 rue de Flandre", "1000", "Bruxelles", "BE"),
    "meuse": ("Meuse Alimentation", "70 quai de Rome", "4000", "Liège", "BE"),
    "sambre": ("Sambre Bio", "3 rue des Brasseurs", "5000", "Namur", "BE"),
    "haine": ("Marché de la Haine", "9 Grand-Place", "7000", "Mons", "BE"),
    "amstel": ("Amstel Noten", "Singelpad 5", "1012 AB", "Amsterdam", "NL"),
    "vecht": ("Vecht Delicatessen", "Oudegracht 88", "3511 LX", "Utrecht", "NL"),
}

# Those whom the factory delivers to itself.
LOCAL = {
    "mill": ("Mill Street Factory Shop", "1 Mill Street", "A91 D5C3", "Dundalk", "IE"),
    "boyne": ("Boyne Valley Cafés", "6 West Street", "A92 H7E1", "Drogheda", "IE"),
    "harbour": ("Harbour Lights Hotel", "20 Marine Road", "A96 P4V8", "Dublin", "IE"),
    "lagan": ("Lagan Events", "33 Cathedral Row", "BT1 2FF", "Belfast", "GB"),
    "tolka": ("Tolka Office Catering", "48 Mount Lane", "D09 W6Y5", "Dublin", "IE"),
    "nord": ("Biscuiterie du Grand Nord", "2 allée des Fours", "62000", "Arras", "FR"),
}

# Customers of the sister company.
TRADE = {
    "isar": ("Isar Naturkost", "Auenstraße 12", "80469", "München", "DE"),
    "alster": ("Alster Feinkost", "Kaistraße 3", "20354", "Hamburg", "DE"),
    "spree": ("Spree Markthalle", "Uferweg 9", "10999", "Berlin", "DE"),
    "main": ("Mainufer Reformhaus", "Brückengasse 21", "60594", "Frankfurt", "DE"),
    "neckar": ("Neckar Bioladen", "Schlossberg 4", "69117", "Heidelberg", "DE"),
    "donau": ("Donau Spezereien", "Kirchenplatz 7", "1010", "Wien", "AT"),
    "mur": ("Mur Genussladen", "Sporgasse 15", "8010", "Graz", "AT"),
}

# Shops of a chain: goods go to the shop, the invoice to the chain.
CHAIN = ("Marché Vert", "100 avenue des Halles", "75015", "Paris", "FR")
CHAIN_SHOPS = {
    "vert_paris": ("Marché Vert Bastille", "3 rue du Pas", "75011", "Paris", "FR"),
    "vert_dijon": ("Marché Vert Dijon", "27 rue des Forges", "21000", "Dijon", "FR"),
    "vert_tours": ("Marché Vert Tours", "6 rue Colbert", "37000", "Tours", "FR"),
}

# login: (name, job, groups, in both companies)
USERS = {
    "manager": (
        "Nora Byrne",
        "Recall manager: approves, releases, closes",
        (
            "stock_recall.group_recall_manager",
            "stock.group_stock_manager",
            "sales_team.group_sale_salesman_all_leads",
        ),
        True,
    ),
    "quality": (
        "Emile Roux",
        "Recall team: opens cases, traces",
        ("stock_recall.group_recall_user", "stock.group_stock_user"),
        True,
    ),
    "auditor": (
        "Greta Lind",
        "Auditor: reads everything, changes nothing",
        ("stock_recall.group_recall_auditor",),
        True,
    ),
    "worker": (
        "Tom Walsh",
        "Warehouse worker: no recall role",
        ("stock.group_stock_user",),
        False,
    ),
}
