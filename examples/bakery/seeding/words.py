"""What names, places and notes are drawn from. Some are awkward on purpose: quotes, accents, tabs, backslashes."""

FIRST_NAMES = (
    "Amélie", "Benoît", "Camille", "Chloé", "Étienne", "François", "Hélène", "Léa", "Loïc", "Maëlle", "Noémie", "Zoé",
    "Álvaro", "Begoña", "Íñigo", "Itziar", "Jesús", "José María", "Lucía", "María", "Martín", "Nuria", "Sofía",
    "Agnes", "Caitlin", "Dylan", "Fiona", "George", "Harriet", "Oliver", "Rosie", "Siân", "Zadie",
)
LAST_NAMES = (
    "Lefèvre", "D'Arcy", "Moreau", "de La Tour", "Gauthier", "Beauséjour", "Mercier", "L'Hôpital", "Noël",
    "García", "Ibáñez", "Muñoz", "Peña Nieto", "Etxeberria", "Puig i Ferrer", "de la Cruz", "Núñez", "Ordóñez",
    "O'Brien", "Smith-Jones", "Baker", "MacLeod", "Whitfield", "St. John", "Okafor", "Llewellyn", "Nguyen",
)
CITIES = (
    "Paris", "Lyon", "Besançon", "Saint-Étienne", "L'Haÿ-les-Roses", "Nîmes", "Madrid", "A Coruña", "Cádiz", "Málaga",
    "Donostia / San Sebastián", "L'Hospitalet de Llobregat", "London", "York", "King's Lynn", "Stoke-on-Trent",
)
STREETS = (
    "rue de l'Église", "avenue du Maréchal-Foch", "place Saint-Honoré", "impasse des Boulangers", "calle de la Luna",
    "paseo de Gracia", "plaza del Ángel", "carrer d'Aribau", "King's Road", "Mill Lane", "Baker Street", "The Shambles",
)
BAKERIES = (
    "Boulangerie L'Épi d'Or", "Le Pain Quotidien d'Amélie", "Au Four et à Mesure", "Maison Lefèvre & Fils",
    "Panadería La Espiga", "Horno de San Martín", "Obrador \"El Ñandú\"", "Forn de l'Àngel", "O'Brien's Bakehouse",
    "The Rolling Scone", "Crumb & Crust", "Bread/Butter (York)",
)
PRODUCTS = (
    "Baguette tradition", "Croissant au beurre", "Pain au chocolat", "Brioche à tête", "Éclair au café",
    "Tarte aux pommes", "Mille-feuille", "Paris-Brest", "Pain de campagne", "Fougasse aux olives", "Chouquettes",
    "Kouign-amann", "Canelé de Bordeaux", "Galette des rois", "Madeleine", "Financier aux amandes", "Pain d'épices",
    "Ensaimada", "Napolitana de crema", "Rosca de Reyes", "Magdalena", "Churros", "Pan de cristal", "Barra gallega",
    "Empanada gallega", "Tarta de Santiago", "Polvorón", "Coca de Sant Joan", "Roscón relleno (1\u202fkg)",
    "Palmera de chocolate", "Sourdough loaf", "Hot cross bun", "Eccles cake", "Bath bun", "Victoria sponge",
    "Lardy cake", "Cheese & chive scone", "Baker's \"dozen\" rolls", "Chelsea bun", "Soda bread", "Malt loaf",
    "Mince pie", "Bara brith", "Bread & butter pudding", "Gingerbread man",
)
INGREDIENTS = (
    "Farine T55", "Farine de seigle", "Beurre AOP", "Levain", "Sucre glace", "Crème fraîche", "Œufs", "Harina de fuerza",
    "Aceite de oliva", "Almendra molida", "Azúcar moreno", "Sal de Añana", "Strong white flour", "Fresh yeast",
    "Caster sugar", "Buttermilk", "Sultanas", "Dark chocolate 70%",
)
INGREDIENT_CATEGORIES = ("farines", "lácteos", "fats", "sugar", "fruits secs", "levaduras", "packaging")
ALLERGENS = ("{}", "{}", "{gluten}", "{gluten,milk}", "{nuts}", "{gluten,eggs,milk}", '{"sulphur dioxide",nuts}')
RECIPE_CATEGORIES = ("pain", "viennoiserie", "bollería", "pastelería", "cake", "dough", "filling")
INSTRUCTIONS = (
    "Pétrir 8 min à vitesse lente, puis 4 min à vitesse rapide.", "Laisser pousser jusqu'au double du volume.",
    "Façonner, puis \"chaud devant\" : four à 240 °C.", "Amasar hasta que la masa esté lisa.",
    "Dejar reposar tapado; no más de 2 h.", "Hornear ½ h con vapor.", "Fold in the butter;\nturn three times.",
    "Prove until it doesn't spring back.", "Brush with egg wash (1:1) & bake.", "Cool on a rack.",
)
NOTES = (
    "Sans gluten, svp", "Livrer avant 7 h — porte de derrière", "L'anniversaire de Zoé : « 8 ans »", "Sin azúcar añadido",
    "¡Ojo! Recoge su hermano", "Pagado por adelantado", "Ring twice; the bell's broken", "Write \"Happy 40th, Dad\"",
    "column\tin a note", "two\nlines", "C:\\orders\\2024", "100 % beurre 🥐", "Allergic to nuts!", "-", "",
)
SUPPLIERS = (
    "Moulins d'Antan", "Minoterie Girardeau", "Laiterie de l'Étoile", "Beurre & Cie", "Harinas del Duero",
    "Lácteos La Vaca Ñoña", "Almendras Ibáñez, S.L.", "Huevos \"El Gallo\"", "Yorkshire Mills Ltd", "O'Hara's Dairy",
    "The Sugar Company", "Packaging 4 U",
)
TITLES = (
    "Stock bas : farine T55", "Four n°2 : température élevée", "Ventas por debajo de lo previsto", "Caducidad próxima",
    "Till \"2\" hasn't synced", "Forecast drifted", "Supplier's delivery is late", "Congélateur ouvert",
)
ERRORS = (
    "timeout after 30 s", "HTTP 502 from provider", "can't parse \"amount\"", "connexion refusée", "file not found: C:\\sync\\in",
)
