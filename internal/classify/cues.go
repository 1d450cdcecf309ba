package classify

import (
	"slices"
	"strings"
)

// A cue is a phrase that says in what role the places near it are mentioned.
type cue uint8

const (
	cueFundedBy    cue = iota // "funded by": donors follow
	cueFunds                  // "pays for": a donor stands right before
	cueScope                  // "in", "to help": a list of donors ends here
	cueSeat                   // "based in", "IOM": a seat follows
	cueBased                  // "-based": a seat stands before
	cueInstrument             // "Convention": a treaty is named after the place
	cueOf                     // "of": between an instrument and its place
	cueDiplomatic             // "embassy", "ministry of foreign affairs"
	cueSaid                   // verbs of speech
	cuePerson                 // titles and given names before a family name
	cueFrom                   // "from"
	cueTo                     // "to"
	cueBetween                // "between"
	cueTongue                 // "language", "speaking"
	cueContact                // begins the contact block or the words about the organisation
	cueLead                   // Arabic words after which a place is expected
	cueVenue                  // "meeting in", "held in": the place of an event follows
	cueCurrency               // "dollars"
	cueDanish                 // the Danish Refugee Council, which is a DRC too
	cueHeading                // the same as a line of its own: "Contacts", "Where we work"
	cueFundNoun               // "funding": a donor's adjective stands right beside it
	cueFeature                // "gulf of", "river": a sea or river named after a country follows
	cueFeatureEnd             // "River", "Sea": the same right after
	cueBorder                 // "border with": a neighbour follows
	cueArmed                  // "rebels": who supports them is no donor
	cueEnvoy                  // "embassy": may be the story itself
	cueIn                     // "in"
	cueNear                   // "near", "outside": a place follows
	cueContains               // "province of", "camp of": a place follows
	cueContainsEnd            // "Province", "District": a place stands before
	cueOrigin                 // "come from": a breakdown by origin may follow
	cueOther                  // languages that are no demonyms
	cueExpert                 // "expert", "trainers": who speaks or teaches, wherever from
	cueFunction               // "director of": what somebody is, after the name
	cueService                // "agency", "secretariat": part of the name of a donor
	cueSource                 // "geological survey": an institution that is quoted
	cueSourceOf               // the same before its country
	cueBackdrop               // "since the war in": what came before the story
	cueStreet                 // "avenue": a street named after a country follows
	cueStreetEnd              // the same right after
	cueScene                  // "clashes", "hospital": what is somewhere, and happens there
	cueCourt                  // "court", "judges": the same, but at the seats of international courts
	cueEvent                  // "summit", "workshop": what is held somewhere
	cueBeat                   // "beat", "defeats": who has lost follows
	cueDepart                 // "expelled from": where people had to leave follows
	cueCapital                // "capital of": says which country a city is in
	cueCount
)

// cueBits says which cues begin and which end at a word.
type cueBits struct{ begin, end uint64 }

// cuePhrases are the cues by language, separated by ';'.
var cuePhrases = [cueCount]map[string]string{
	cueFundedBy: {
		"en": "funded by; financed by; co-funded by; cofunded by; co-financed by; with funding from; with funds from; with financing from; funding from; funds from; funding provided by; funds provided by; with financial support from; financial support from; financial support of; financial assistance from; with support from; with the support of; with the generous support of; thanks to the support of; with the generous contribution of; generous support from; generous support of; generously supported by; supported by the government of; supported by the governments of; supported by the; thanks to funding; with a grant from; grant from; grants from; contribution from; contributions from; contribution of the government of; contribution by; donation from; donations from; donated by; made possible by; made possible through; made possible thanks to; possible thanks to; sponsored by; bankrolled by; paid for by; donors; donor; donors include; donors including; funding; funded with; with backing from; underwritten by; donation of; donations of; gift of; gift from; gifts from; grateful to; gratitude to; thanks the government*; thank the government*; thanks the people; thanks to the government*; thanks to the people of; offered by; provided by the government*; provided by the people; provided by the embassy; contribution of; contributions of; generosity of; co-sponsored by; funded through; financed through; financed under; funded under; supported through; support provided by; with the assistance of; with assistance from; with contributions from; supported by; additional support from; with additional funding from; under a grant from; bought by; donors are; in partnership with the government of; courtesy of; courtesy of the government of",
		"fr": "financé* par; cofinancé* par; co-financé* par; avec le financement de; avec le financement du; grâce au financement; grâce à un financement; grâce à une contribution; grâce aux contributions; grâce à un don; grâce au soutien; grâce à l'appui; grâce à l'appui financier; sur financement; un financement de; fonds du; avec l'appui financier; avec le soutien financier; avec le soutien du gouvernement; avec le soutien de; avec le soutien du; avec l'appui de; avec l'appui du; soutenu* par; appuyé* par; appui financier du; appui financier de; soutien financier du; soutien financier de; don du; don de; subvention du; subvention de; contribution du; contribution de; bailleurs; bailleur; bailleurs de fonds; donateurs; financement; financement de; grâce aux financements; grâce aux fonds; grâce à l'appui {of}; grâce à la contribution; grâce à la générosité; financement {of}; financements {of}; appui financier {of}; soutien financier {of}; contribution {of}; contributions {of}; don {of}; dons {of}; subvention {of}; offert* {by}; payé* {by}; avec l'aide financière; avec l'aide {of}; avec le concours {of}; avec le soutien {of}; avec l'appui {of}; fonds {of}; financé* {by}; soutenu* {by}; appuyé* {by}; rendu* possible* {by}; rendu* possible* grâce; remercie le gouvernement; remercie les gouvernements; remercie le peuple; généreux soutien {of}; soutien généreux {of}; appui technique et financier {of}; concours financier {of}",
		"es": "financiado* por; financiada* por; cofinanciado* por; cofinanciada* por; con financiación de; con financiamiento de; con financiación del; con financiamiento del; con fondos de; con fondos del; con el apoyo financiero de; con el apoyo financiero del; apoyo financiero de; apoyo financiero del; con el apoyo de; con el apoyo del; gracias al apoyo de; gracias al apoyo del; gracias a la contribución; gracias al financiamiento; gracias a una donación; gracias a los fondos; donación de; donación del; donado* por; donada* por; donativo de; subvención de; contribución de; contribución del; aporte de; aporte del; patrocinado* por; donantes; donante; financia; financian; financiación; financiamiento; apoyado* por; con financiamiento {of}; con financiación {of}; con fondos {of}; con recursos {of}; con el apoyo {of}; con apoyo {of}; con apoyo financiero {of}; con el apoyo financiero {of}; apoyo financiero {of}; gracias al apoyo {of}; gracias al financiamiento {of}; gracias a la financiación; gracias a una contribución; gracias a los aportes; contribución {of}; donación {of}; donaciones {of}; aporte {of}; aportes {of}; subvención {of}; generosidad {of}; con la ayuda {of}; con la cooperación {of}; financiado* {by}; financiada* {by}; apoyado* {by}; apoyada* {by}; auspiciado* {by}; pagado* {by}; pagada* {by}; costead* {by}; auspiciada* {by}; donado* {by}; donada* {by}; financiamiento {of}; agradece al gobierno; agradece a los gobiernos; agradece al pueblo; generoso apoyo {of}; apoyo generoso {of}; con el auspicio {of}; apoyo técnico y financiero {of}; recursos provenientes {of}",
		"ar": "بتمويل من; بتمويل; بدعم من; بدعم مالي من; بدعم سخي من; بمنحة من; منحة من; بمساهمة من; تبرع من; تبرعات من; ممول من; ممولة من; الممول من; الممولة من; يموله; تموله; تمولها; يمولها; الجهات المانحة; الجهة المانحة; المانحون; التمويل; تمويل; بفضل منحة; بفضل دعم; بفضل تمويل; بفضل تبرع; بفضل مساهمة; بدعم سخي; بدعم مالي; وبتمويل; وبدعم من; بدعم; مقدمة من; مقدم من; مقدمة من حكومة; هبة من; بتبرع من; بتبرع سخي; بمساهمة; بمنحة; تشكر المنظمة; تشكر حكومة; تشكر حكومات; نشكر حكومة; مدعوم من; مدعومة من; المدعوم من; المدعومة من; بمساعدة من; بتمويل مشترك من; التمويل الذي قدمته; التمويل الذي قدمه; التمويل المقدم من; تمويل مقدم من; المقدم من; المقدمة من; مولتها; مولته; مولها; من قبل حكومة; تبرعت به; بتبرعات من; بدعم كريم من",
		"pt": "financiado* por; financiada* por; financiado* pelo; financiado* pela; financiada* pelo; financiada* pela; cofinanciado* por; cofinanciado* pela; com financiamento de; com financiamento do; com financiamento da; com fundos de; com fundos do; com o apoio financeiro de; com o apoio financeiro do; com o apoio financeiro da; com o apoio de; com o apoio do; com o apoio da; apoio financeiro de; apoio financeiro do; graças ao apoio; graças ao financiamento; doação de; doação do; doado* por; contribuição de; contribuição do; patrocinado* por; doadores; doador; financiamento; financia; com financiamento {of}; com financiamentos {of}; com fundos {of}; com recursos {of}; com o apoio {of}; com apoio {of}; com o apoio financeiro {of}; com apoio financeiro {of}; apoio financeiro {of}; graças a uma doação; graças a uma contribuição; graças à contribuição; graças aos fundos; graças à generosidade; doação {of}; doações {of}; contribuição {of}; contribuições {of}; subvenção {of}; com a ajuda {of}; com a contribuição {of}; financiado* {by}; financiada* {by}; apoiado* {by}; apoiada* {by}; doado* {by}; doada* {by}; pago* {by}; paga* {by}; custead* {by}; patrocinado* {by}; patrocinada* {by}; financiamento {of}; oferecido* {by}; oferta {of}; agradece ao governo; agradece aos governos; generoso apoio {of}; apoio generoso {of}; verbas {of}; apoio do povo; apoio técnico e financeiro {of}; recursos {of}",
		"ru": "при финансовой поддержке; при поддержке; на средства; за счет средств; за счет взноса; финансируется; финансируем*; финансирует; финансировани*; при финансировании; профинансирован*; благодаря финансировани*; благодаря взнос*; благодаря поддержк*; на грант; грант; доноры; донор; спонсор*; взнос; при содействии; на деньги; на грант; за счет гранта; в рамках гранта; при грантовой поддержке; на пожертвовани*; поддерживается; при спонсорств*",
		"de": "gefördert von; gefördert durch; finanziert von; finanziert durch; kofinanziert; mitfinanziert; mit Mitteln; mit finanzieller Unterstützung; mit Unterstützung; mit Förderung; mit Geld aus; mit Geldern; dank einer Spende; dank der Unterstützung; dank finanzieller; unterstützt von; unterstützt durch; Zuschuss von; Spende aus; Spende von; Beitrag von; Geldgeber; Geber; Finanzierung; Förderung durch; mit Mitteln {of}; mit Unterstützung {of}; mit finanzieller Unterstützung {of}; unterstützt {by}; finanziert {by}; gefördert {by}; bezahlt von; dank einer Zuwendung; dank Mitteln; mit einer Spende",
		"it": "finanziat* da; finanziat* dal; finanziat* dalla; finanziat* dall; cofinanziat* da; cofinanziat* dal; cofinanziat* dall; con il finanziamento di; con il finanziamento del; con fondi; con il sostegno di; con il sostegno del; con il sostegno della; con il supporto di; con il supporto del; con il contributo di; con il contributo del; con il contributo della; grazie al sostegno; grazie al contributo; grazie ai fondi; grazie a un finanziamento; sostenut* da; sostenut* dal; donat* da; donat* dal; donazione di; donazione del; contributo del; contributo della; donatori; donatore; finanzia; finanziatori; finanziamento; con il finanziamento {of}; con fondi {of}; con il sostegno {of}; con il supporto {of}; con il contributo {of}; grazie al sostegno {of}; grazie a un contributo; grazie al finanziamento; finanziat* {by}; cofinanziat* {by}; sostenut* {by}; donat* {by}; donazione {of}; contributo {of}; finanziamento {of}; supportat* {by}; generoso sostegno {of}; fondi {of}",
	},
	cueFunds: {
		"en": "funds the; funds this; funds it; fund the; funded the; funds a; is funding; are funding; has funded; have funded; pays for; pay for; paid for; is paying for; has paid for; finances; financed the; is financing; donates; donated; has donated; have donated; contributes; contributed; has contributed; have contributed; provides funding; provided funding; provides funds; provided funds; provided a grant; provides usd; provided usd; gives usd; pledges; pledged; sponsors; sponsored the; bankrolls; funded; funding; covers the cost*; covered the cost*; covers the bill; support it through; support it with; support the project; support the programme; support this; will fund; will finance; will pay for; will contribute; is contributing; has contributed; will donate; will provide usd; provided us; contributes usd; contributed usd; allocates; allocated; earmarked; commits usd; committed usd; announces usd; announced usd; announced a contribution; announces a contribution; provided eur; provided euro; provided euros; gave usd; gave us; donated usd; support the program; supports the project; supports the programme; supports this",
		"fr": "finance; financent; a financé; ont financé; cofinance; cofinancent; fait un don; fait don; a fait un don; verse; a versé; contribue à hauteur; a contribué; paie; prend en charge; promet; parraine; financera; financeront; contribuera; offre un don; a offert; fera don; débloque; a débloqué; alloue; a alloué; octroie; a octroyé; accorde un don; apporte un appui financier; appuie ce projet; appuient ce projet; appuie le projet; appuient le projet; soutient ce projet; soutiennent ce projet; soutient le projet; soutiennent le projet; appuient le programme; soutiennent le programme",
		"es": "financia; financian; financió; financiaron; ha financiado; cofinancia; cofinancian; dona; donó; donan; donaron; ha donado; aporta; aportó; aportan; aportaron; contribuye con; contribuyó con; paga; pagan; patrocina; costea; donará; financiará; aportará; aporta fondos; destinará; desembolsó; otorga una donación; otorgó una donación; anuncia un aporte; anunció un aporte; apoya este proyecto; apoyan este proyecto; apoya el proyecto; apoyan el proyecto; apoyan el programa; apoya el programa",
		"ar": "تمول; يمول; مولت; تتبرع; تبرعت; تقدم منحة; قدمت منحة; تساهم بمبلغ; ساهمت بمبلغ; تدفع; خصصت; تعهدت بتقديم; تعهدت بمبلغ; تعهدت بتمويل; تقدم تمويلا; قدمت تمويلا; تقدم دعما; قدمت دعما; تدعم المشروع; يدعم المشروع; تمول المشروع; يمول المشروع; تدعم هذا المشروع; تدعم البرنامج",
		"pt": "financia; financiam; financiou; financiaram; cofinancia; doa; doou; doaram; contribui com; contribuiu com; paga; patrocina; financiará; doará; contribuirá; vai apoiar com; apoia com; apoiou com; disponibiliza; disponibilizou; vai financiar; concede; concedeu; apoia este projeto; apoiam este projeto; apoia o projeto; apoiam o projeto; apoiam o programa",
		"ru": "финансирует; финансируют; профинансировал*; выделил*; выделяет; пожертвовал*; внесл*; оплачивает; оплатил*; спонсирует",
		"de": "finanziert; finanzieren; finanzierte; fördert; fördern; förderte; spendet; spendete; bezahlt; zahlt; stellt Mittel; gibt Geld; übernimmt die Kosten",
		"it": "finanzia; finanziano; ha finanziato; hanno finanziato; cofinanzia; dona; ha donato; contribuisce con; ha contribuito con; paga; sponsorizza",
	},
	cueScope: {
		"en": "in; to; near; across; who; which; that; will; where; helps; help; aims; while; when; since; after; so; for; is; are; was; were; has; have; among",
		"fr": "en; à; au; aux; dans; pour; qui; que; vers; permet; permettra; vise; est; sont; afin; depuis; où",
		"es": "en; a; para; que; hacia; permite; permitirá; busca; es; son; donde; desde",
		"ar": "في; إلى; لمساعدة; لدعم; التي; الذي; يهدف; تهدف; كما; حيث",
		"pt": "em; no; na; nos; nas; para; que; visa; são; onde",
		"ru": "в; во; на; для; который; которая; которые; которое; где; поможет",
		"de": "in; im; nach; für; die; der; das; wird; werden; ist; sind; wo; um",
		"it": "in; nel; nella; nei; a; per; che; mira; sono; dove",
	},
	cueSeat: {
		"en": "IOM; IOM's; UN; UNHCR; UNICEF; OCHA; WFP; UNDP; MSF; Caritas; based in; based at; headquartered in; headquarters in; headquarter in; head office in; regional office in; regional office; liaison office in; office in; offices in; spokesperson in; spokesman in; spokeswoman in; UN office at; press briefing in; press conference in; briefing in; reporters in; journalists in; told reporters in; university of; college of; institute of; municipality of",
		"fr": "OIM; ONU; HCR; UNICEF; basé* à; basé* au; siège à; siège au; dont le siège est à; bureau régional de; bureau régional à; bureau de liaison à; porte-parole à; conférence de presse à; point de presse à; université de",
		"es": "OIM; ONU; ACNUR; UNICEF; con sede en; sede en; basado* en; basada* en; oficina regional en; oficina regional de; portavoz en; conferencia de prensa en; universidad de",
		"ar": "ومقرها; ومقره; مقرها; مقره; مقر المنظمة في; المكتب الإقليمي في; مؤتمر صحفي في; المتحدث باسم المنظمة في; جامعة",
		"pt": "OIM; ONU; ACNUR; UNICEF; com sede em; sede em; com sede na; baseado* em; escritório regional em; porta-voz em; conferência de imprensa em; universidade de",
		"ru": "МОМ; ООН; со штаб-квартирой в; штаб-квартира в; базирующ*ся в; региональн* бюро в; представитель в; пресс-конференци* в; университет*",
		"de": "IOM; UN; UNHCR; mit Sitz in; Sitz in; Hauptsitz in; Hauptquartier in; Regionalbüro in; Sprecher in; Sprecherin in; Pressekonferenz in; Universität",
		"it": "OIM; IOM; ONU; UNHCR; UNICEF; con sede a; sede a; basat* a; ufficio regionale di; portavoce a; conferenza stampa a; università di",
	},
	cueBased: {"en": "based; headquartered", "de": "basierte; ansässige"},
	cueInstrument: {
		"en": "convention*; statute; protocol*; process; processes; declaration; agreement*; accord*; regulation*; treaty; treaties; criteria; framework; compact; principles; consensus; communiqué; charter; plan of action; action plan; dialogue; pact; initiative; rules; conference; summit; university; institute; school; stock exchange; accords; treaty; document; rulebook; process; forum; club; consensus; principles; stock market; memorandum; roadmap; platform; guidelines; peace; talks",
		"fr": "convention*; statut; protocole*; processus; déclaration; accord*; règlement; traité*; cadre; pacte; principes; charte; plan d'action; consensus; dialogue; conférence; sommet; université; forum; accords; feuille de route",
		"es": "convenio*; convención; convenciones; estatuto; protocolo*; proceso; declaración; acuerdo*; reglamento; tratado*; marco; pacto; principios; carta; plan de acción; consenso; diálogo; conferencia; cumbre; universidad; foro; acuerdos; hoja de ruta",
		"ar": "اتفاقية; اتفاقيات; نظام; بروتوكول; عملية; مسار; إعلان; اتفاق; معاهدة; إطار; ميثاق; مبادئ; مؤتمر; قمة; جامعة; اتفاقات; منتدى; عملية; وثيقة; حوار",
		"pt": "convenção; convenções; estatuto; protocolo*; processo; declaração; acordo*; regulamento; tratado*; quadro; pacto; princípios; carta; conferência; cimeira; universidade; fórum; acordos; cimeira; cúpula",
		"ru": "конвенци*; статут*; протокол*; процесс*; декларац*; соглашени*; договор*; регламент*; принцип*; конференц*; саммит*; университет*",
		"de": "Konvention*; Abkommen; Statut; Protokoll*; Prozess; Erklärung; Verordnung; Vertrag; Verträge; Kriterien; Rahmen; Pakt; Konferenz; Gipfel; Universität; Übereinkommen; Erklärung; Gipfel; Verordnung",
		"it": "convenzion*; statuto; protocoll*; processo; dichiarazione; accord*; regolamento; trattat*; quadro; patto; princìpi; carta; conferenza; vertice; università; accordi; forum; trattati",
	},
	cueOf: {
		"en": "of; of the", "fr": "de; du; d; des; de la; de l", "es": "de; del; de la", "pt": "de; do; da", "it": "di; del; della; dell; d",
		"de": "von; der; des", "ru": "в", "ar": "",
	},
	cueDiplomatic: {
		"en": "embassy; embassies; embassy of; embassy of the; ambassador; ambassador of; ambassador of the; ambassador to; foreign ministry; foreign minister; ministry of foreign affairs; ministry for foreign affairs; ministry of foreign affairs of; ministry for foreign affairs of; department of foreign affairs; state department; department of state; agency for international development; development agency; development cooperation; international development; aid agency; consulate; consul; federal foreign office; ministry of interior; ministry of the interior; red cross; refugee council; demining group; church aid; people's aid; red crescent; bureau of population refugees and migration; chamber of commerce; cultural centre; cooperation office; people's aid; embassies of; consulate of; consulate general; global affairs; high commission; high commissioner; cooperation agency; aid agency; ambassador of the republic of",
		"fr": "ambassade; ambassade de; ambassade du; ambassade d; ambassade des; ambassade de la; ambassadeur; ambassadrice; ambassadeur de; ambassadeur du; ambassadeur d; ministère des affaires étrangères; ministère français; coopération; agence de développement; consulat; croix-rouge; croissant-rouge; agence française de développement; ambassade des",
		"es": "embajada; embajada de; embajada del; embajada de los; embajador*; embajador de; embajadora de; ministerio de asuntos exteriores; ministerio de relaciones exteriores; cancillería; cooperación; agencia de cooperación; agencia de desarrollo; consulado; consulado de; cruz roja; media luna roja; embajadores de; agencia; consulado general; consulado del; cónsul",
		"ar": "سفارة; سفير; سفيرة; وزارة الخارجية; وزارة خارجية; الوكالة; قنصلية; الهلال الأحمر; الصليب الأحمر; سفارات; القنصلية; سفارة جمهورية",
		"pt": "embaixada; embaixada de; embaixada do; embaixada da; embaixador*; ministério dos negócios estrangeiros; ministério das relações exteriores; cooperação; consulado; cruz vermelha",
		"ru": "посольств*; посол; министерств* иностранных дел; мид; консульств*; агентств* по развитию",
		"de": "Botschaft; Botschafter*; Auswärtiges Amt; Auswärtigen Amts; Außenministerium; Entwicklungsagentur; Konsulat; Rotes Kreuz",
		"it": "ambasciata; ambasciata di; ambasciata del; ambasciata d; ambasciator*; ministero degli affari esteri; ministero dell'interno; ministero degli esteri; cooperazione; agenzia; consolato; croce rossa",
	},
	cueSaid: {
		"en": "said; says; told; added; adds; explained; explains; noted; notes; stated; commented; recalled; recalls; argued; warned; wrote; writes",
	},
	cuePerson: {
		"en": "Mr; Mrs; Ms; Dr; Prof; Sir; Lord; Lady; President; Minister; Senator; Coach; Judge; Captain; Colonel; Sergeant; Mayor; Governor",
		"fr": "M; Mme; Docteur", "es": "Sr; Sra; Don; Doña", "de": "Herr; Frau",
	},
	cueFrom:    {"en": "from; leaving; left; out of", "fr": "de; du; des; depuis; en provenance", "es": "de; desde; procedente* de", "ar": "من", "pt": "de; do; da; desde", "ru": "из; от", "de": "aus; von", "it": "da; dal; dalla; dall; dai"},
	cueTo:      {"en": "to; for; towards; toward; into; bound for", "fr": "à; au; vers; aux; en; pour", "es": "a; hacia; para", "ar": "إلى", "pt": "para; a; ao", "ru": "в; на", "de": "nach; in die; in den", "it": "a; in; verso"},
	cueBetween: {"en": "between; both", "fr": "entre", "es": "entre", "ar": "بين", "pt": "entre", "ru": "между", "de": "zwischen", "it": "tra; fra"},
	cueTongue: {
		"en": "language*; speaking; speaker*; speak; speaks; learn; learning; taught; lesson*; translation*; translated; subtitles; version; classes; course*; study; studies; studying; fluent; interpreter*; translate*; in languages; bilingual; mother tongue; dialect*; teach; teaches; speaks",
		"fr": "langue*; cours; parlent; apprennent; apprendre; traduit*; cours de; cours du soir de; leçons de; langue; parle; parler; étudient; enseigne*; interprète*; traduction*; traduire", "es": "idioma*; lengua*; hablan; aprenden; aprender; traducid*; clases de; cursos de; curso de; estudian; estudiar; habla; hablar; aprende; intérprete*; traducción; traductor*; enseña*",
		"de": "Sprache*; Sprachkurs*; lernen; sprechen", "it": "lingua*; corsi; parlano; imparano; imparare; corso di; corsi di; parla; parlare; studiano; interpret*; traduzion*", "pt": "língua*; falam; aprendem; aulas de; cursos de; curso de; aulas em; estudam; aprender; aprende; fala; falar; ensina*; intérprete*; tradução; traduzid*; idioma*; curso",
		"ru": "язык*; учат; изучают; учить; говорят на", "ar": "اللغة; لغة; تعلم; تعليم",
	},
	cueContact: {
		"en": "for more information; for further information; for more info; for additional information; for media enquiries; for media inquiries; for media queries; for interviews; media contact*; press contact*; media enquiries; media inquiries; contact us; notes to editors; note to editors; about IOM; about the IOM; about UNHCR; about UNICEF; about us; about the organization; about the organisation; about the International Organization for Migration; established in 1951 IOM; read more; related stories; follow us; share this; subscribe to; media enquiry; for press inquiries; photo credit*; for more details; for details contact; the views expressed; the designations employed",
		"fr": "pour plus d'informations; pour plus d'information; pour de plus amples informations; pour tout renseignement; pour en savoir plus; contact presse; contacts presse; contact média*; contacts médias; à propos de l'OIM; à propos de; créée en 1951; suivez-nous; lire la suite; notes aux rédacteurs; note aux rédacteurs; note aux éditeurs; relations presse; service de presse; pour toute information; pour toute question",
		"es": "para más información; para mayor información; para obtener más información; contacto de prensa; contacto para medios; contactos de prensa; acerca de la OIM; sobre la OIM; establecida en 1951; creada en 1951; síganos; leer más; nota* para editores; notas a los editores; para entrevistas",
		"ar": "لمزيد من المعلومات; للمزيد من المعلومات; لمزيد من التفاصيل; للتواصل الإعلامي; للاستفسارات الإعلامية; نبذة عن المنظمة; عن المنظمة الدولية للهجرة; ملاحظات للمحررين; ملاحظة للمحررين; لمزيد من المعلومات يرجى",
		"pt": "para mais informações; para obter mais informações; contato de imprensa; contacto de imprensa; contactos de imprensa; sobre a OIM; acerca da OIM; fundada em 1951; criada em 1951; notas aos editores; nota aos editores; contacto; assessoria de imprensa; para entrevistas",
		"ru": "для получения дополнительной информации; за дополнительной информацией; дополнительная информация; контакты для прессы; контактная информация; о МОМ",
		"de": "weitere Informationen; für weitere Informationen; für weitere Auskünfte; Pressekontakt; Medienkontakt; über die IOM; über IOM; Kontakt",
		"it": "per ulteriori informazioni; per maggiori informazioni; contatto stampa; contatti stampa; ufficio stampa; informazioni sull'OIM; chi siamo",
	},
	cueLead: {"ar": "في; من; إلى; شمال; وسط; جنوب; شرق; غرب; بين; دولة; جمهورية; عبر; داخل; حكومة; شعب; إقليم; مع"},
	cueVenue: {
		"en": "meeting in; meetings in; conference in; workshop in; forum in; summit in; seminar in; held in; gathered in; met in; meet in; convened in",
		"fr": "réunis à; réunion à; atelier à; conférence à; tenue à; tenu à; séminaire à", "es": "reunidos en; reunión en; taller en; conferencia en; celebrada en; celebrado en; foro en",
		"ar": "اجتماع في; ورشة عمل في; مؤتمر في; ندوة في", "pt": "reunidos em; reunião em; conferência em; seminário em", "ru": "на встрече в; совещани* в; конференц* в; семинар* в",
		"de": "Treffen in; Konferenz in; Seminar in; Tagung in", "it": "riuniti a; riunione a; incontro a; conferenza a; seminario a",
	},
	cueCurrency: {
		"en": "dollar*; franc; francs; pound; pounds; krone*; kronor; yen; rupee*; peso; pesos", "fr": "dollar*; francs; livres; couronnes", "es": "dólar*; francos; pesos; libras",
		"ar": "دولار; دولارا; دولارات; ريال; دينار; جنيه; درهم; فرنك", "pt": "dólar*; francos; libras", "ru": "доллар*; франк*; фунт*; крон*", "de": "Dollar*; Franken; Kronen; Pfund", "it": "dollar*; franchi; sterline; corone",
	},
	cueDanish: {
		"en": "Danish Refugee Council", "fr": "Conseil danois pour les réfugiés", "es": "Consejo Danés para Refugiados", "de": "Dänischer Flüchtlingsrat; Dänische Flüchtlingsrat",
		"it": "Consiglio danese per i rifugiati", "pt": "Conselho Dinamarquês para Refugiados", "ru": "Датск* совет* по делам беженцев", "ar": "المجلس الدنماركي للاجئين",
	},
	cueHeading: {
		"en": "where we work; our work; who we are; what we do; contact; contacts; for media; press office; learn more; more information; newsroom; share on; share; disclaimer; about the project; about the programme; media relations; background; related content; related news; related links; related articles; latest news; most read; see also; tags; topics; countries; regions; our donors; donors; partners; follow us; navigation; menu",
		"fr": "qui sommes-nous; où nous travaillons; à propos du projet; avertissement; contact; contacts; en savoir plus; pour en savoir plus; articles liés; sur le même sujet; lire aussi; à lire aussi; nos bailleurs; partenaires; navigation; partager",
		"es": "quiénes somos; dónde trabajamos; acerca del proyecto; sobre el proyecto; más información; contacto; contactos; descargo de responsabilidad; noticias relacionadas; lea también; lea además; socios; donantes; compartir",
		"ar": "من نحن; أين نعمل; للاستفسار; جهة الاتصال; للاتصال; اقرأ أيضا; أخبار ذات صلة; مواضيع ذات صلة; شارك; الشركاء; المانحون",
		"pt": "quem somos; onde trabalhamos; sobre o projeto; mais informações; contacto; contactos; contato; contatos; notícias relacionadas; leia também; leia mais; parceiros; doadores; compartilhar; partilhar",
		"ru": "контакты; о нас; читайте также; по теме; партнеры", "de": "Kontakt; Über uns; Wo wir arbeiten; Mehr zum Thema; Lesen Sie auch; Partner", "it": "chi siamo; dove lavoriamo; contatti; leggi anche; articoli correlati; partner",
	},
	cueFundNoun: {
		"en": "funding; financing; grant; grants; donation; donations; contribution; funded; financed; sponsored; taxpayers; aid money; funds",
		"fr": "financement; financements; fonds; don; dons; contribution; contributions; subvention; appui; soutien; coopération; financé*", "es": "fondos; financiamiento; financiación; donación; donaciones; contribución; aporte; cooperación; apoyo; subvención",
		"pt": "fundos; financiamento; doação; doações; contribuição; cooperação; apoio; subvenção", "ar": "بتمويل; تمويل; بدعم; منحة; بمنحة; تبرع; مساهمة; وبتمويل; وبدعم",
		"it": "fondi; finanziamento; donazione; contributo; cooperazione; sostegno", "de": "Mittel; Mitteln; Geld; Geldern; Spende; Spenden; Finanzierung; Fördermittel; Fördermitteln; Beitrag", "ru": "грант; гранта; средства; взнос; помощи",
	},
	cueFeature: {
		"en": "gulf of; gulf of the; sea of; bay of; strait of; straits of; straits; river; lake; ocean; cape of; cape; isthmus of; river of; basin of; mouth of the", "fr": "golfe de; golfe du; golfe d; mer de; mer du; mer d; mer des; fleuve; rivière; lac; océan; détroit de; détroit du; baie de; baie du; isthme de",
		"es": "golfo de; golfo del; mar de; mar del; río; lago; océano; estrecho de; bahía de; istmo de; canal de", "pt": "golfo do; golfo da; golfo de; mar do; mar da; mar de; rio; lago; oceano; estreito de; baía de; canal do",
		"ar": "خليج; بحر; نهر; بحيرة; المحيط; مضيق; قناة", "ru": "залив*; море; моря; морю; река; реки; реке; реку; рекой; озеро; озера; озере; пролив*", "de": "Golf von; Meer von; Fluss; See; Straße von; Bucht von", "it": "golfo di; golfo del; mare di; mare del; fiume; lago; oceano; stretto di; baia di; canale di",
	},
	cueFeatureEnd: {
		"en": "River; Rivers; Sea; Ocean; Basin; Strait; Straits; Lake; Bight", "de": "Meer; See; Becken; Fluss", "ru": "море; океан; моря; залив", "es": "", "fr": "",
	},
	cueBorder: {
		"en": "border with; borders with; border crossing with; bordering; border to; frontier with; neighbouring; neighboring; close to the border with; along the border with", "fr": "frontière avec; frontières avec; frontière du; frontière de; frontière de la; frontière des; frontalier* du; frontalier* de; frontalier* avec; pays voisin; limitrophe* du; limitrophe* de; voisin; voisine",
		"es": "frontera con; fronteras con; frontera de; frontera del; limítrofe con; fronterizo* con; fronteriza* con; vecino; vecina; límite con", "pt": "fronteira com; fronteiras com; fronteira da; fronteira do; fronteiriç* com; vizinho; vizinha; limite com",
		"ar": "الحدود مع; حدود مع; حدودها مع; حدوده مع; والحدود مع; المتاخمة; المجاورة; المحاذية; الحدودية مع; المعبر مع", "ru": "граница с; границе с; границы с; границу с; границей с; граничащ* с; соседн*", "de": "Grenze zu; Grenze mit; Grenze nach; benachbarte; benachbarten; Nachbarland", "it": "confine con; confini con; frontiera con; confinante con; vicino; vicina; limitrof*",
	},
	cueEnvoy: {
		"en": "embassy; embassies; embassy of; embassy of the; ambassador; ambassador of; ambassador of the; consulate; consulate of; consul; foreign minister; foreign ministry; high commission", "fr": "ambassade; ambassade de; ambassade du; ambassade d; ambassade des; ambassadeur; ambassadrice; ambassadeur de; ambassadeur du; ambassadeur d; consulat",
		"es": "embajada; embajada de; embajada del; embajada de los; embajador*; embajador de; embajadora de; cancillería; consulado; consulado de; consulado general; cónsul", "ar": "سفارة; سفير; سفيرة; وزارة الخارجية; قنصلية", "pt": "embaixada; embaixada de; embaixada do; embaixada da; embaixador*; consulado",
		"ru": "посольств*; посол; мид; консульств*", "de": "Botschaft; Botschafter*; Außenministerium; Konsulat", "it": "ambasciata; ambasciata di; ambasciata del; ambasciata d; ambasciator*; consolato",
	},
	cueIn: {"en": "in", "fr": "à; au; en", "es": "en", "pt": "em", "ar": "في", "ru": "в", "de": "in; im", "it": "a; in"},
	cueOrigin: {
		"en": "come from; came from; comes from; coming from; originate* from; originating from; hail* from; hailing from; nationals of; nationals from; nationalities; mostly from; mainly from; majority from; majority were from; countries such as; countries including; countries like; were from; are from; citizens of", "fr": "originaire* de; originaire* du; originaire* des; originaire* d; viennent de; viennent du; venu* de; venu* du; provenant de; provenant du; proviennent de; proviennent du; ressortissant* de; ressortissant* du; nationalités; principalement de; principalement du; pays comme; notamment",
		"es": "procedente* de; proviene* de; provenía* de; provenientes de; originari* de; originario* de; oriundo* de; vienen de; nacionales de; nacionalidades; países como; viene de; venían de; principalmente de", "pt": "proveniente* de; proveniente* da; proveniente* do; oriundo* de; oriundo* da; oriundo* do; originári* de; originário* da; originário* do; vêm de; vêm da; vêm do; nacionais de; nacionalidades; países como; naturais de; principalmente da",
		"ar": "من جنسيات; القادمين من; قادمين من; ينحدرون من; يحملون جنسيات; جنسيات; معظمهم من; أغلبهم من; دول مثل; من مواطني", "ru": "выходц* из; уроженц* из; граждан*; родом из; приехали из; прибыли из; в основном из", "de": "stammen aus; kommen aus; kamen aus; Staatsangehörige; vor allem aus; Länder wie", "it": "provenient* da; provengono da; originari di; cittadini di; nazionalità; soprattutto da; paesi come",
	},
	cueNear: {
		"en": "near; outside; around; across; throughout; reached; in and around; north of; south of; east of; west of; inside; off; between", "fr": "près de; près d; autour de; autour d; dans; aux environs de; aux alentours de; au nord de; au sud de; à l'est de; à l'ouest de; au large de", "es": "cerca de; alrededor de; desde; hacia; al norte de; al sur de; al este de; al oeste de; frente a",
		"pt": "perto de; em redor de; ao norte de; ao sul de; ao largo de; junto a", "ar": "قرب; قبالة; شمال; جنوب; شرق; غرب; مدينة; بلدة; محافظة; ولاية; قضاء; مخيم; منطقة; إقليم; قرية; بلدية; مقاطعة; جزيرة; ميناء; مطار; ريف; مديرية; حي; مركز", "ru": "под; около; близ; возле; городе; города; области; районе; лагере", "de": "bei; nahe; um; vor; nach; aus", "it": "vicino a; nei pressi di; al largo di; intorno a",
	},
	cueContains: {
		"en": "province of; district of; city of; town of; village of; state of; region of; department of; county of; municipality of; governorate of; island of; camp of; port of; municipality; border town of; provinces of; districts of; towns of; cities of; villages of", "fr": "province de; province du; région de; région du; ville de; village de; district de; district du; département de; département du; commune de; commune du; préfecture de; île de; camp de; site de; localité de; cercle de; port de; quartier de",
		"es": "provincia de; departamento de; departamento del; municipio de; ciudad de; estado de; estado del; cantón de; región de; distrito de; isla de; comunidad de; localidad de; pueblo de; parroquia de; puerto de", "pt": "província de; província do; província da; distrito de; cidade de; estado de; estado do; estado da; município de; ilha de; região de; vila de; bairro de; posto administrativo de",
		"it": "provincia di; regione di; città di; distretto di; isola di; villaggio di; comune di; porto di", "de": "Provinz; Region; Stadt; Distrikt; Insel; Bezirk", "ru": "город; область; провинци*; район", "ar": "",
	},
	cueContainsEnd: {
		"en": "Province; Provinces; District; Districts; Region; Regions; State; States; County; Governorate; Governorates; City; Town; Camp; Camps; Island; Islands; Municipality; Department; Departments; Prefecture; Airport; Port; Township; Village; Division; Valley; Highlands; Beach; Zone; province; district; region; state; county; governorate; camp; airport; refugee camp; camps; hospital; border; crossing; transit centre; municipality; department; village; town; area; valley; island",
		"de": "Provinz; Region; Distrikt; Lager", "ru": "область; район", "fr": "", "es": "", "it": "", "pt": "", "ar": "",
	},
	cueArmed: {
		"en": "rebel*; militia*; fighter*; troops; armed; separatist*; insurgent*; army; regime; coup; jihadist*; group; opposition; mercenar*; warlord*", "fr": "rebelle*; milice*; combattant*; troupes; armé*; séparatiste*; régime; junte; groupe; opposition; mercenaire*",
		"es": "rebelde*; milicia*; combatiente*; tropas; armado*; separatista*; régimen; grupo; oposición; guerrilla*", "pt": "rebelde*; milícia*; combatente*; tropas; armado*; separatista*; regime; grupo; oposição",
		"ar": "المتمردين; المتمردون; ميليشيا; الميليشيات; قوات; المسلحة; المسلحين; الجماعات; النظام; الانفصاليين; الحوثيين; فصائل", "ru": "повстанц*; боевик*; войска; сепаратист*; режим*; группировк*", "de": "Rebellen; Miliz*; Truppen; Separatisten; Regime; Kämpfer*", "it": "ribelli; milizi*; truppe; separatisti; regime; gruppo",
	},
	cueExpert: {
		"en": "expert; experts; trainer; trainers; instructor*; consultant*; adviser*; advisor*; researcher*; scientist*; economist*; analyst*; historian*; professor*; specialist*; diplomat*; lecturer*; think tank; academic*",
		"fr": "expert*; formateur*; formatrice*; instructeur*; consultant*; conseiller*; conseillère*; chercheur*; chercheuse*; scientifique*; économiste*; analyste*; historien*; professeur*; spécialiste*; diplomate*",
		"es": "expert*; formador*; capacitador*; instructor*; consultor*; asesor*; investigador*; científic*; economista*; analista*; historiador*; profesor*; especialista*; diplomátic*; catedrátic*",
		"pt": "perito*; perita*; especialista*; formador*; instrutor*; consultor*; assessor*; investigador*; pesquisador*; cientista*; economista*; analista*; historiador*; professor*; diplomata*",
		"ar": "خبير; خبيرة; خبراء; مدرب; مدربون; مدربين; باحث; باحثة; باحثون; باحثين; مستشار; مستشارة; محلل; دبلوماسي; الخبير; الخبيرة; الباحث; الباحثة",
		"it": "espert*; formator*; istruttor*; consulente; consulenti; ricercat*; scienziat*; economist*; analist*; storico; professore; professoressa; diplomatic*",
		"de": "Experte*; Expertin*; Ausbilder*; Trainer*; Berater*; Forscher*; Wissenschaftler*; Ökonom*; Analyst*; Historiker*; Diplomat*", "ru": "эксперт*; тренер*; инструктор*; консультант*; исследовател*; экономист*; аналитик*; историк*; дипломат*",
	},
	cueFunction: {
		"en": "director; director-general; head; chief; secretary-general; high commissioner; spokesperson; spokesman; spokeswoman; representative; coordinator", "fr": "directeur; directrice; chef; cheffe; secrétaire; haut-commissaire; porte-parole; représentant; représentante; coordinateur; coordinatrice; coordonnateur; coordonnatrice; responsable",
		"es": "director; directora; jefe; jefa; secretario; secretaria; alto comisionado; portavoz; vocero; vocera; representante; coordinador; coordinadora; responsable", "pt": "diretor; diretora; chefe; secretário; secretária; alto comissário; porta-voz; representante; coordenador; coordenadora; responsável",
		"it": "direttore; direttrice; capo; segretario; segretaria; alto commissario; portavoce; rappresentante; coordinatore; coordinatrice; responsabile", "de": "Direktor; Direktorin; Leiter; Leiterin; Sprecher; Sprecherin", "ru": "директор; глава; представитель; координатор", "ar": "مدير; مديرة; رئيس; ممثل; ممثلة",
	},
	cueService: {
		"en": "ministry; agency; office; department; directorate; bureau; institute; foundation; secretariat; cooperation", "fr": "secrétariat; ministère; agence; direction; office; bureau; département; institut; fondation; coopération; service; fonds",
		"es": "secretaría; ministerio; agencia; dirección; oficina; departamento; instituto; fundación; cooperación; fondo; gobierno", "pt": "secretaria; secretariado; ministério; agência; direção; gabinete; departamento; instituto; fundação; cooperação; fundo; governo",
		"it": "segretariato; ministero; agenzia; direzione; ufficio; dipartimento; istituto; fondazione; cooperazione; fondo; governo", "ar": "وزارة; وكالة; أمانة; الوكالة; مكتب; صندوق; مؤسسة; الصندوق", "de": "Ministerium; Agentur; Amt; Stiftung", "ru": "министерств*; агентств*; фонд*; ведомств*",
	},
	cueSource: {
		"en": "geological survey; research centre; research center; centre for geosciences; meteorological agency; meteorological office; tsunami warning; space agency; seismological; seismic; central bank; federal reserve; research institute; think tank; news agency; broadcaster; newspaper; daily; researchers; intelligence; university; scientists",
		"fr": "", "es": "", "pt": "", "ar": "", "ru": "геологическ* служб*; сейсмолог*", "de": "Erdbebenwarte; Geoforschungszentrum; Nachrichtenagentur; Zeitung", "it": "",
	},
	cueSourceOf: {
		"en": "bank of; university of; geological survey of", "fr": "institut; institut d'études géologiques {of}; institut de géophysique; service géologique {of}; service sismologique; observatoire; centre de recherche; quotidien; journal; agence de presse; banque {of}; agence spatiale", "es": "servicio geológico; servicio geológico {of}; servicio sismológico; instituto geológico; instituto geofísico; centro de investigación; diario; periódico; agencia de noticias; banco {of}; agencia espacial; cadena",
		"pt": "serviço geológico; serviço geológico {of}; instituto geológico; centro de pesquisa; centro de investigação; jornal; diário; agência de notícias; banco {of}; agência espacial; emissora", "it": "istituto geologico; servizio geologico {of}; servizio geologico; centro di ricerca; quotidiano; giornale; agenzia di stampa; banca {of}",
		"ar": "المسح الجيولوجي; هيئة المسح الجيولوجي; مركز الأبحاث; صحيفة; وكالة الأنباء; وكالة أنباء; قناة; مجلة; بنك; المركز", "ru": "геологическая служба; газета; газете; газеты; агентство; банк", "de": "Zeitung; Nachrichtenagentur; Bank von",
	},
	cueBackdrop: {
		"en": "since; ever since; since the war in; since the invasion of; since the start of the war in; in the wake of the war in; after the war in; unlike in; unlike; as in; compared with; compared to; like in; similar to; reminiscent of; earlier lost to; then lost to; after losing to; independence from",
		"fr": "depuis l'invasion; depuis la guerre; depuis le début de la guerre; depuis le début du conflit; depuis l'offensive; contrairement à; contrairement au; contrairement aux; comparé à; comparé au; par rapport à; par rapport au; par rapport aux; à l'instar de; à l'instar du; comme en; comme au; indépendance {of}",
		"es": "desde la invasión; desde la guerra; desde el inicio de la guerra; desde el comienzo de la guerra; desde que empezó la guerra; a diferencia {of}; en comparación con; comparado con; igual que en; como en; tras perder con; tras perder ante; independencia {of}; al igual que en",
		"pt": "desde a invasão; desde a guerra; desde o início da guerra; desde o começo da guerra; ao contrário {of}; em comparação com; comparado com; tal como em; como em; como no; como na; independência {of}; depois de perder com; após perder para",
		"ar": "منذ; منذ الغزو; منذ الحرب; مقارنة مع; مقارنة ب; على غرار; خلافا ل; استقلاله عن; استقلالها عن", "ru": "с начала войны в; с начала; после войны в; по сравнению с; в отличие от; как в; независимост* от", "de": "seit; seit dem Krieg in; im Vergleich zu; anders als in; anders als; wie in; Unabhängigkeit von", "it": "dall'invasione; dall'inizio della guerra; dalla guerra in; rispetto a; a differenza {of}; come in; indipendenza {by}",
	},
	cueStreet: {
		"en": "avenue of", "fr": "rue; rue {of}; avenue; avenue {of}; boulevard; boulevard {of}; quai {of}", "es": "calle; calle {of}; avenida; avenida {of}; colonia; plaza; plaza {of}; barrio; paseo; paseo {of}; carrera; urbanización; estadio", "pt": "rua; rua {of}; avenida; avenida {of}; praça; praça {of}; largo {of}; bairro; estádio",
		"it": "viale; piazza; stadio", "ar": "شارع; ميدان; ساحة; جسر", "ru": "улица; улице; проспект*; площад*", "de": "",
	},
	cueStreetEnd: {"en": "Street; Avenue; Road; Square; Boulevard; Lane; Drive; Plaza; Park Avenue; Stadium", "de": "Straße; Platz; Allee"},
	cueScene: {
		"en": "police; hospital*; prosecutor*; protest*; clash*; fire; fires; explosion*; blast*; attack*; shooting*; streets; market*; airport*; mayor; jail*; prison*; stadium; riot*; shot; killed; dead; arrested; strike; strikes; flood*; earthquake; demonstrat*; rally; rallies; school*; shelter*; die; dies; died; homeless; tenants; homes; neighbourhood*; residents; suburb*; station; stations; metro; born; bus; tram; stabbed; detained; concert; derby; bombing; outbreak; derailment; crash",
		"fr": "police; hôpital; parquet; manifestation*; heurts; incendie*; explosion*; attaque*; attentat*; fusillade*; rues; marché*; aéroport*; maire; prison*; stade; émeute*; tué*; mort; morts; arrêté*; grève*; inondation*; séisme; manifestants; école*; logement*; immeuble*; quartier*; habitants; gare; métro; affrontements; accident; blessé*; police {of}; mairie {of}; maire {of}; hôpital {of}; aéroport {of}; rues {of}; prison {of}; habitants {of}; banlieue {of}; immeuble {of}",
		"es": "policía; hospital*; fiscalía; protesta*; choques; enfrentamientos; incendio*; explosión; ataque*; atentado*; tiroteo*; calles; mercado*; aeropuerto*; alcalde; alcaldesa; cárcel*; prisión; estadio; disturbios; muerto*; muere*; detenid*; huelga*; inundacion*; sismo; marcha*; escuela*; vivienda*; edificio*; barrio*; vecinos; accidente; herido*; balacera; policía {of}; alcalde {of}; hospital {of}; aeropuerto {of}; calles {of}; cárcel {of}; vecinos {of}; afueras {of}",
		"pt": "polícia; hospital*; procuradoria; protesto*; confrontos; incêndio*; explosão; ataque*; atentado*; tiroteio*; ruas; mercado*; aeroporto*; prefeito; prefeita; prisão; cadeia; estádio; tumulto*; morto*; morre*; detid*; preso*; greve*; inundaç*; cheias; sismo; marcha*; escola*; prédio*; bairro*; moradores; acidente; ferido*; manifestaç*; polícia {of}; hospital {of}; aeroporto {of}; ruas {of}; moradores {of}; arredores {of}",
		"it": "polizia; ospedal*; procura; protest*; scontri; incendi*; esplosion*; attacc*; attentat*; sparatori*; strade; mercat*; aeroport*; sindaco; sindaca; carcere; stadio; mort*; arrestat*; sciopero; alluvion*; sisma; corteo; scuol*; palazz*; quartier*; abitanti; incidente; ferit*",
		"ar": "الشرطة; شرطة; مستشفى; النيابة; احتجاجات; مظاهرات; مظاهرة; اشتباكات; حريق; انفجار; هجوم; إطلاق نار; شوارع; سوق; مطار; سجن; ملعب; قتلى; مقتل; إضراب; فيضانات; زلزال; مدارس; حي; سكان; جرحى; اعتقال; توقيف",
		"ru": "полици*; больниц*; протест*; столкновени*; пожар*; взрыв*; нападени*; теракт*; стрельб*; улиц*; рын*; аэропорт*; мэр*; тюрьм*; стадион*; беспорядк*; погиб*; задержан*; забастовк*; землетрясени*; школ*; метро; жител*",
		"de": "Polizei; Krankenhaus; Staatsanwaltschaft; Protest*; Zusammenstöße; Brand; Feuer; Explosion*; Angriff*; Anschlag; Schüsse; Straßen; Markt; Flughafen; Bürgermeister*; Gefängnis; Stadion; Unruhen; Tote; Festnahme*; Streik*; Hochwasser; Erdbeben; Demonstration*; Schule*; Feuerwehr; Unfall; Verletzte",
	},
	cueCourt: {
		"en": "court; courts; jury; judge*; appeals court; court of appeal", "fr": "tribunal; tribunaux; cour d'appel; juge*; tribunal {of}; cour d'appel {of}; justice", "es": "tribunal; tribunales; corte; juez; jueza; jueces; juzgado; tribunal {of}; juzgado {of}", "pt": "tribunal; juiz; juíza; juízes; tribunal {of}",
		"it": "tribunale; corte d'appello; giudic*; tribunale {of}", "ar": "محكمة; قضاة; قاض; محكمة الاستئناف", "ru": "суд*", "de": "Gericht; Gerichts; Richter; Richterin; Landgericht; Amtsgericht",
	},
	cueEvent: {
		"en": "meeting*; conference*; workshop*; forum; summit*; seminar*; talks; consultation*; symposium; assembly; gather*; convene*; congress; training; launch; retreat; round table; roundtable; webinar; session; event; dialogue; met; meet; meets",
		"fr": "réunion*; conférence*; atelier*; forum; sommet*; séminaire*; pourparlers; consultation*; colloque; assemblée; congrès; formation; table ronde; dialogue; réunis; réunies; réunit; rencontre*", "es": "reunión; reuniones; conferencia*; taller*; foro; cumbre*; seminario*; diálogo; consulta*; simposio; asamblea; congreso; encuentro*; mesa redonda; reunid*; reúne*",
		"pt": "reunião; reuniões; conferência*; oficina*; workshop*; fórum; cimeira*; cúpula*; seminário*; diálogo; consulta*; simpósio; assembleia; congresso; encontro*; mesa redonda; reunid*; reúne*", "ar": "اجتماع; اجتماعات; مؤتمر; ورشة; منتدى; قمة; ندوة; محادثات; مشاورات; حوار; لقاء; القمة; المؤتمر",
		"ru": "встреч*; конференц*; семинар*; форум*; саммит*; переговор*; совещани*; конгресс*; круглый стол", "de": "Treffen; Konferenz; Seminar; Forum; Gipfel; Gespräche; Tagung; Kongress; Workshop; Dialog; treffen", "it": "riunione; riunioni; conferenza; seminario; forum; vertice; colloqui; dialogo; congresso; incontro; riuniti; tavola rotonda",
	},
	cueBeat: {
		"en": "beat; beats; defeat; defeats; defeated; thrash; thrashed; edge; edged; edge past; crush; crushed; hammer; hammered; outclass; knock out; knocked out; eliminate; overcome; stun; stunned; sink; see off; win over; victory over; victory against; win against; wins against",
		"fr": "bat; battent; a battu; ont battu; écrase; écrasent; élimine; éliminent; domine; dominent; s'impose face à; s'imposent face à; l'emporte sur; victoire contre; victoire face; victoire sur; bat le; bat la; bat l; battent le; battent la; battent l; domine le; domine la; domine l; élimine le; élimine la; élimine l; face à; face au; face à la",
		"es": "vence a; vencen a; venció a; derrota a; derrotan a; derrotó a; golea a; golean a; goleó a; elimina a; eliminan a; eliminó a; le gana a; ganó a; gana a; se impone a; supera a; victoria ante; triunfo ante; victoria sobre; tumba a", "pt": "vence; vencem; venceu; derrota; derrotam; derrotou; goleia; goleiam; goleou; elimina; eliminam; eliminou; bate; batem; bateu; vence o; vence a; vencem o; vencem a; venceu o; venceu a; derrota o; derrota a; derrotou o; derrotou a; bate o; bate a; bateu o; bateu a; elimina o; elimina a; vitória sobre; vitória sobre o; vitória sobre a",
		"ar": "يهزم; تهزم; يفوز على; تفوز على; فاز على; فازت على; يتغلب على; تغلب على; الفوز على; فوز على", "ru": "обыграл*; победил*; разгромил*; победа над; выиграл* у", "de": "schlägt; schlagen; besiegt; besiegen; gewinnt gegen; gewinnen gegen; Sieg gegen; Sieg über", "it": "batte; battono; sconfigge; sconfiggono; elimina; supera; travolge; vittoria su; batte la; batte l; batte il",
	},
	cueDepart: {
		"en": "expelled from; deported from; deportees from; returnees from; removed from; evacuated from; stranded in; stuck in; detained in; returned from; return from; returning from; returns from; back from; deportations from; expulsions from; evacuees from; repatriated from; had left; have left; sent back from; pushed back from; turned back from; home from",
		"fr": "expulsé* {of}; refoulé* {of}; renvoyé* {of}; rapatrié* {of}; évacué* {of}; rentré* {of}; bloqué* en; bloqué* au; bloqué* aux; retour {of}; retours {of}; détenu* en; détenu* au; expulsions {of}; retournés {of}", "es": "deportad* {of}; deportad* desde; expulsad* {of}; expulsad* desde; retornad* {of}; retornad* desde; repatriad* {of}; repatriad* desde; evacuad* {of}; evacuad* desde; varad* en; atrapad* en; detenid* en; regresan de; regresaron de; regresan desde; devuelt* {of}; devuelt* desde; deportaciones {of}; deportaciones desde",
		"pt": "deportad* {of}; expuls* {of}; repatriad* {of}; evacuad* {of}; regressad* {of}; retornad* {of}; retid* em; retid* na; retid* no; retid* nos; detid* na; detid* no; regresso {of}; deportações {of}", "ar": "المرحلين من; المبعدين من; العائدين من; عالقين في; العالقين في; عالقا في; رحلتهم; رحلوا من; أبعدوا من; المرحلون من; العائدون من; طردوا من; المطرودين من; المحتجزين في; عودة من",
		"ru": "высланн* из; депортированн* из; возвращен* из; вернувш*ся из; застрявш* в", "de": "abgeschoben aus; ausgewiesen aus; Rückkehrer aus; zurück aus; gestrandet in", "it": "espuls* {by}; deportat* {by}; rimpatriat* {by}; rientrat* {by}; evacuat* {by}; bloccat* in",
	},
	cueCapital: {"en": "capital of; the capital of; commercial capital of; capital of the", "fr": "capitale {of}; capitale économique {of}", "es": "capital {of}; capital económica {of}", "pt": "capital {of}; capital económica {of}", "it": "capitale {of}", "ar": "عاصمة; العاصمة", "ru": "столица; столице", "de": "Hauptstadt"},
}

// particles are what stands for {of} and {by} in the cues: the forms of one preposition
// with and without its article.
var particles = map[string]map[string][]string{
	"{of}": {
		"fr": {"de", "du", "des", "d", "de la", "de l"}, "es": {"de", "del", "de la", "de los", "de las"}, "pt": {"de", "do", "da", "dos", "das"},
		"it": {"di", "del", "della", "dell", "dei", "delle", "d", "dello", "degli"}, "de": {"der", "des", "von", "aus"},
	},
	"{by}": {
		"fr": {"par", "par le", "par la", "par l", "par les"}, "es": {"por", "por el", "por la", "por los"}, "pt": {"por", "pelo", "pela", "pelos", "pelas"},
		"it": {"da", "dal", "dalla", "dall", "dai", "dalle", "dagli"}, "de": {"von", "vom", "durch"},
	},
}

// spell gives the ways to write a cue.
func spell(phrase, language string) []string {
	for mark, byLanguage := range particles {
		if before, after, found := strings.Cut(phrase, mark); found {
			out := make([]string, 0, len(byLanguage[language]))
			for _, p := range byLanguage[language] {
				out = append(out, before+p+after)
			}
			return out
		}
	}
	return []string{phrase}
}

// addCues puts the cues into the lexicon.
func (b *builder) addCues() {
	for c, byLanguage := range cuePhrases {
		for _, language := range languageTags {
			for s := range strings.SplitSeq(byLanguage[language], ";") {
				if s = strings.TrimSpace(s); s == "" {
					continue
				}
				for _, form := range spell(s, language) {
					b.add(form, language, kindCue, int32(c), cue(c) == cuePerson || cue(c) == cueFeatureEnd)
				}
			}
		}
	}
}

// has reports a cue within bits.
func has(bits uint64, cues ...cue) bool {
	return slices.ContainsFunc(cues, func(c cue) bool { return bits&(1<<c) != 0 })
}
