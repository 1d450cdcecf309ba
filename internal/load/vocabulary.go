package load

// place is a country with a city of it; in is the country as it follows "in".
type place struct{ name, in, city string }

// vocabulary is what stories of one language are composed of. Placeholders:
// {country} {in} {city} of the main place, {country2} {in2} {city2} of another,
// {topic} a phrase, {topic2} another of the same topic, {org}, {n} {m} {p} numbers,
// {date} and {ref}.
type vocabulary struct {
	tag     string // BCP 47
	places  []place
	topics  [][]string // phrases that belong together
	orgs    []string
	titles  []string
	leads   []string
	bodies  []string
	creator string
}

var vocabularies = []vocabulary{english, french, spanish, arabic}

var english = vocabulary{
	tag: "en", creator: "Press office",
	places: []place{
		{"Libya", "in Libya", "Tripoli"}, {"Niger", "in Niger", "Agadez"}, {"Nigeria", "in Nigeria", "Maiduguri"},
		{"Sudan", "in Sudan", "Port Sudan"}, {"Bangladesh", "in Bangladesh", "Cox's Bazar"}, {"Colombia", "in Colombia", "Cúcuta"},
		{"Ukraine", "in Ukraine", "Dnipro"}, {"Yemen", "in Yemen", "Aden"}, {"Ethiopia", "in Ethiopia", "Addis Ababa"},
		{"Tunisia", "in Tunisia", "Sfax"}, {"Haiti", "in Haiti", "Port-au-Prince"}, {"the Philippines", "in the Philippines", "Manila"},
		{"Iraq", "in Iraq", "Mosul"}, {"Kenya", "in Kenya", "Garissa"}, {"Moldova", "in Moldova", "Chisinau"}, {"Somalia", "in Somalia", "Baidoa"},
	},
	topics: [][]string{
		{"human trafficking", "victims of trafficking", "forced labour"},
		{"internal displacement", "internally displaced persons", "displacement sites"},
		{"voluntary return and reintegration", "returning migrants", "reintegration assistance"},
		{"border management", "border officials", "integrated border posts"},
		{"labour migration", "ethical recruitment", "migrant workers"},
		{"mental health and psychosocial support", "migrant health", "mobile health teams"},
		{"climate displacement", "drought and floods", "disaster risk reduction"},
		{"search and rescue", "missing migrants", "shipwreck survivors"},
		{"shelter and camp management", "emergency shelters", "water and sanitation"},
		{"remittances", "diaspora engagement", "diaspora investment"},
		{"refugee resettlement", "resettled refugees", "pre-departure orientation"},
	},
	orgs: []string{"the International Organization for Migration", "the Ministry of Interior", "the Red Crescent", "the European Union", "UNHCR", "the municipality of {city}", "a group of local NGOs", "the regional coordination office"},
	titles: []string{
		"{n} people reached as {topic} programme grows {in}", "{country}: new centre for {topic} opens in {city}",
		"Officials from {country} and {country2} meet on {topic}", "Survey of {n} households {in} sheds light on {topic}",
		"{city} training brings {m} officers together on {topic}", "Funding gap of {p} per cent threatens {topic} work {in}",
		"Community leaders of {city} call for action on {topic}", "From {country2} to {country}: {n} stories of {topic}",
	},
	leads: []string{
		"{city}, {date} – More than {n} people have received help {in} since a programme on {topic} began, {org} said today.",
		"Geneva / {city}, {date} – {org} and partners have opened a centre for {topic} that will serve {n} families {in}.",
		"{city}, {date} – Representatives of {country} and {country2} agreed this week on {m} steps against the gaps in {topic}.",
		"{city}, {date} – A new assessment of {n} households, carried out with {org}, shows how {topic} shapes daily life {in}.",
	},
	bodies: []string{
		"In {city} alone, {m} teams register new arrivals every day and refer people with specific needs to services run by {org}.",
		"The work on {topic2} is supported by {org} and reaches {p} per cent of the communities that asked for it.",
		"“We left {city2} with nothing and walked for {m} days,” says a mother of three who now lives near {city}.",
		"Since January, {n} people have crossed from {country2}, among them many who speak of {topic2} along the way.",
		"According to reference document {ref}, {p} per cent of the respondents plan to stay {in} for at least a year.",
		"Training for {m} officials covers {topic2}, referral and the protection of personal data.",
		"Local authorities provided the land, while {org} paid for {n} kits, {m} water points and a clinic.",
		"“Nobody should have to choose between safety and a livelihood,” said the head of the {city} office.",
		"The next phase will extend {topic} activities to {city2} and the border areas, if {p} per cent of the budget is found.",
		"Partners underline that data on {topic2} remain scarce, and that only {m} of {n} sites are visited each month.",
		"Women and girls make up {p} per cent of those assisted; {m} safe spaces have been set up with {org}.",
		"The initiative builds on a seminar held in {city2}, where {n} participants exchanged experience on {topic}.",
	},
}

var french = vocabulary{
	tag: "fr", creator: "Service de presse",
	places: []place{
		{"Libye", "en Libye", "Tripoli"}, {"Niger", "au Niger", "Agadez"}, {"Nigéria", "au Nigéria", "Maiduguri"},
		{"Mali", "au Mali", "Gao"}, {"Tchad", "au Tchad", "Abéché"}, {"Sénégal", "au Sénégal", "Dakar"},
		{"Tunisie", "en Tunisie", "Sfax"}, {"Maroc", "au Maroc", "Oujda"}, {"Haïti", "en Haïti", "Port-au-Prince"},
		{"Burundi", "au Burundi", "Bujumbura"}, {"Côte d'Ivoire", "en Côte d'Ivoire", "Abidjan"}, {"Cameroun", "au Cameroun", "Maroua"},
	},
	topics: [][]string{
		{"la traite des personnes", "victimes de la traite", "travail forcé"},
		{"le déplacement interne", "personnes déplacées internes", "sites de déplacement"},
		{"le retour volontaire et la réintégration", "migrants de retour", "aide à la réintégration"},
		{"la gestion des frontières", "agents aux frontières", "postes frontière"},
		{"la migration de main-d'œuvre", "recrutement éthique", "travailleurs migrants"},
		{"la santé des migrants", "soutien psychosocial", "santé mentale"},
		{"les changements climatiques", "sécheresse et inondations", "réduction des risques de catastrophe"},
		{"la recherche et le sauvetage en mer", "migrants disparus", "rescapés du naufrage"},
	},
	orgs: []string{"l'Organisation internationale pour les migrations", "le ministère de l'Intérieur", "le Croissant-Rouge", "l'Union européenne", "le HCR", "la mairie de {city}", "un collectif d'ONG locales"},
	titles: []string{
		"{country} : {n} personnes soutenues, {topic} au cœur du programme", "À {city}, un nouveau centre consacré à {topic}",
		"{country} et {country2} se réunissent sur {topic}", "Enquête auprès de {n} ménages {in} sur {topic}",
		"{m} agents formés à {city} sur {topic}", "{p} % du budget manque pour {topic} {in}",
	},
	leads: []string{
		"{city}, {date} – Plus de {n} personnes ont été aidées {in} depuis le lancement d'un programme sur {topic}, a annoncé {org}.",
		"Genève / {city}, {date} – {org} et ses partenaires ont ouvert un centre sur {topic} qui accueillera {n} familles {in}.",
		"{city}, {date} – Une évaluation menée auprès de {n} ménages avec {org} montre comment {topic} marque la vie quotidienne {in}.",
	},
	bodies: []string{
		"À {city}, {m} équipes enregistrent chaque jour les nouveaux arrivants et les orientent vers les services de {org}.",
		"Le travail sur ce sujet ({topic2}) est financé par {org} et touche {p} % des communautés qui l'ont demandé.",
		"« Nous avons quitté {city2} sans rien et marché {m} jours », raconte une mère de trois enfants installée près de {city}.",
		"Depuis janvier, {n} personnes sont arrivées de {country2} ; beaucoup évoquent les mêmes difficultés : {topic2}.",
		"Selon le document {ref}, {p} % des personnes interrogées comptent rester {in} au moins un an.",
		"La formation de {m} fonctionnaires porte sur l'orientation, la protection des données et les thèmes suivants : {topic2}.",
		"Les autorités locales ont fourni le terrain ; {org} a financé {n} trousses, {m} points d'eau et un dispensaire.",
		"« Personne ne devrait choisir entre sa sécurité et son gagne-pain », a déclaré le chef du bureau de {city}.",
		"La prochaine phase étendra les activités à {city2} et aux zones frontalières, si {p} % du budget est trouvé.",
		"Les femmes et les filles représentent {p} % des bénéficiaires ; {m} espaces sûrs ont été créés avec {org}.",
	},
}

var spanish = vocabulary{
	tag: "es", creator: "Oficina de prensa",
	places: []place{
		{"Colombia", "en Colombia", "Cúcuta"}, {"Venezuela", "en Venezuela", "San Cristóbal"}, {"Ecuador", "en Ecuador", "Tulcán"},
		{"Perú", "en Perú", "Tumbes"}, {"Guatemala", "en Guatemala", "Tecún Umán"}, {"Honduras", "en Honduras", "San Pedro Sula"},
		{"México", "en México", "Tapachula"}, {"Panamá", "en Panamá", "Darién"}, {"Chile", "en Chile", "Iquique"}, {"Libia", "en Libia", "Trípoli"},
	},
	topics: [][]string{
		{"la trata de personas", "víctimas de trata", "trabajo forzoso"},
		{"el desplazamiento interno", "personas desplazadas internas", "sitios de desplazamiento"},
		{"el retorno voluntario y la reintegración", "migrantes retornados", "asistencia para la reintegración"},
		{"la gestión de fronteras", "funcionarios fronterizos", "puestos fronterizos"},
		{"la migración laboral", "contratación ética", "trabajadores migrantes"},
		{"la salud de los migrantes", "apoyo psicosocial", "salud mental"},
		{"el cambio climático", "sequía e inundaciones", "reducción del riesgo de desastres"},
		{"la niñez migrante", "niños no acompañados", "protección de la niñez"},
	},
	orgs: []string{"la Organización Internacional para las Migraciones", "el Ministerio del Interior", "la Cruz Roja", "la Unión Europea", "ACNUR", "la alcaldía de {city}", "una red de organizaciones locales"},
	titles: []string{
		"{country}: {n} personas atendidas por un programa sobre {topic}", "Abre en {city} un centro dedicado a {topic}",
		"{country} y {country2} se reúnen para tratar {topic}", "Encuesta a {n} hogares {in} sobre {topic}",
		"{m} funcionarios se forman en {city} sobre {topic}", "Falta el {p} % de los fondos para {topic} {in}",
	},
	leads: []string{
		"{city}, {date} – Más de {n} personas han recibido ayuda {in} desde que comenzó un programa sobre {topic}, informó {org}.",
		"Ginebra / {city}, {date} – {org} y sus socios abrieron un centro sobre {topic} que atenderá a {n} familias {in}.",
		"{city}, {date} – Una evaluación de {n} hogares realizada con {org} muestra cómo {topic} marca la vida diaria {in}.",
	},
	bodies: []string{
		"En {city}, {m} equipos registran cada día a los recién llegados y los derivan a los servicios de {org}.",
		"El trabajo en este ámbito ({topic2}) cuenta con el apoyo de {org} y llega al {p} % de las comunidades.",
		"«Salimos de {city2} sin nada y caminamos {m} días», cuenta una madre de tres hijos que vive cerca de {city}.",
		"Desde enero, {n} personas llegaron desde {country2}; muchas hablan de lo mismo: {topic2}.",
		"Según el documento {ref}, el {p} % de los encuestados piensa quedarse {in} al menos un año.",
		"La formación de {m} funcionarios incluye derivación, protección de datos y otros temas: {topic2}.",
		"Las autoridades locales cedieron el terreno y {org} financió {n} equipos, {m} puntos de agua y una clínica.",
		"«Nadie debería elegir entre su seguridad y su sustento», dijo la jefa de la oficina de {city}.",
		"La próxima fase llevará las actividades a {city2} y a las zonas fronterizas, si se consigue el {p} % del presupuesto.",
		"Las mujeres y las niñas son el {p} % de las personas asistidas; se crearon {m} espacios seguros con {org}.",
	},
}

var arabic = vocabulary{
	tag: "ar", creator: "المكتب الإعلامي",
	places: []place{
		{"ليبيا", "في ليبيا", "طرابلس"}, {"اليمن", "في اليمن", "عدن"}, {"السودان", "في السودان", "بورتسودان"},
		{"العراق", "في العراق", "الموصل"}, {"تونس", "في تونس", "صفاقس"}, {"سوريا", "في سوريا", "حلب"},
		{"لبنان", "في لبنان", "بيروت"}, {"الصومال", "في الصومال", "بيدوا"}, {"مصر", "في مصر", "القاهرة"},
	},
	topics: [][]string{
		{"الاتجار بالبشر", "ضحايا الاتجار", "العمل القسري"},
		{"النزوح الداخلي", "النازحين داخليا", "مواقع النزوح"},
		{"العودة الطوعية وإعادة الإدماج", "المهاجرين العائدين", "المساعدة على إعادة الإدماج"},
		{"إدارة الحدود", "موظفي الحدود", "المعابر الحدودية"},
		{"تهريب المهاجرين", "شبكات التهريب", "المهربين"},
		{"صحة المهاجرين", "الدعم النفسي والاجتماعي", "الصحة النفسية"},
	},
	orgs: []string{"المنظمة الدولية للهجرة", "وزارة الداخلية", "الهلال الأحمر", "الاتحاد الأوروبي", "بلدية {city}"},
	titles: []string{
		"{country}: {n} مستفيد من برنامج حول {topic}", "افتتاح مركز جديد في {city} يعنى بموضوع {topic}",
		"{country} و{country2} تبحثان {topic}", "مسح يشمل {n} أسرة {in} حول {topic}", "تدريب {m} موظفا في {city} على {topic}",
	},
	leads: []string{
		"{city}، {date} – حصل أكثر من {n} شخص على المساعدة {in} منذ بدء برنامج حول {topic}، بحسب {org}.",
		"جنيف / {city}، {date} – افتتحت {org} وشركاؤها مركزا حول {topic} يخدم {n} أسرة {in}.",
	},
	bodies: []string{
		"في {city} تسجل {m} فرق الوافدين الجدد كل يوم وتحيلهم إلى خدمات {org}.",
		"يحظى العمل بشأن {topic2} بدعم {org} ويصل إلى {p} في المئة من المجتمعات.",
		"تقول أم لثلاثة أطفال تعيش قرب {city}: غادرنا {city2} بلا شيء ومشينا {m} يوما.",
		"منذ يناير وصل {n} شخص من {country2}، وكثير منهم يتحدثون عن {topic2}.",
		"وفقا للوثيقة {ref} يعتزم {p} في المئة من المشاركين البقاء {in} سنة على الأقل.",
		"قدمت السلطات المحلية الأرض، ومولت {org} {n} حقيبة و{m} نقطة مياه وعيادة.",
		"ستمتد المرحلة المقبلة إلى {city2} والمناطق الحدودية إذا توفر {p} في المئة من الميزانية.",
		"تشكل النساء والفتيات {p} في المئة من المستفيدين، وأنشئت {m} مساحات آمنة مع {org}.",
	},
}
