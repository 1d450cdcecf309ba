package newsletter

import (
	"fmt"
	"strings"
	"time"
)

// Languages are those that editions are written in.
var Languages = []string{"en", "fr", "es", "ar", "pt"}

// words are our own texts in one language.
type words struct {
	months      string // twelve, separated by spaces
	day         string // of the date, with %d, %s and %d for day, month and year
	number      string // "Issue %d"
	browser     string // read it in a browser
	why         string // why somebody gets it; %s is the title
	leave       string // unsubscribe
	subscribe   string
	source      string
	also        string // further publishers
	licence     string
	readMore    string
	madeBy      string // %s is the installation
	partner     string // at the foot: content of others
	confirm     string // subject of the confirmation; %s is the title
	confirmText string // %s is the title
	confirmLink string
	confirmNot  string
}

var wordsByLanguage = map[string]words{
	"en": {
		months: "January February March April May June July August September October November December", day: "%d %s %d",
		number: "Issue %d", browser: "Read it in a browser", why: "You get this because this address is subscribed to “%s”.",
		leave: "Unsubscribe", subscribe: "Subscribe", source: "Source:", also: "Also told by", licence: "Terms:", readMore: "Read the whole text",
		madeBy:  "Put together automatically by %s from the publishers’ feeds. Titles and texts are theirs.",
		partner: "What partners and media say is marked; it is not the position of IOM.",
		confirm: "Confirm your subscription to “%s”", confirmText: "Somebody, we hope you, wants this address to be sent the newsletter “%s”. To confirm it, open this page and press the button:",
		confirmLink: "Confirm the subscription", confirmNot: "If it was not you, do nothing: nothing will be sent, and the request is deleted after three days.",
	},
	"fr": {
		months: "janvier février mars avril mai juin juillet août septembre octobre novembre décembre", day: "%d %s %d",
		number: "Numéro %d", browser: "Lire dans un navigateur", why: "Vous recevez ce message parce que cette adresse est abonnée à « %s ».",
		leave: "Se désabonner", subscribe: "S’abonner", source: "Source :", also: "Aussi relaté par", licence: "Conditions :", readMore: "Lire le texte entier",
		madeBy:  "Réuni automatiquement par %s à partir des flux des éditeurs. Les titres et les textes sont les leurs.",
		partner: "Ce que disent les partenaires et les médias est signalé et n’exprime pas la position de l’OIM.",
		confirm: "Confirmez votre abonnement à « %s »", confirmText: "Quelqu’un, vous sans doute, souhaite que cette adresse reçoive la lettre « %s ». Pour confirmer, ouvrez cette page et appuyez sur le bouton :",
		confirmLink: "Confirmer l’abonnement", confirmNot: "Si ce n’était pas vous, ne faites rien : rien ne sera envoyé et la demande sera effacée après trois jours.",
	},
	"es": {
		months: "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre", day: "%d de %s de %d",
		number: "Número %d", browser: "Leer en un navegador", why: "Recibe este mensaje porque esta dirección está suscrita a «%s».",
		leave: "Darse de baja", subscribe: "Suscribirse", source: "Fuente:", also: "También lo cuentan", licence: "Condiciones:", readMore: "Leer el texto completo",
		madeBy:  "Reunido automáticamente por %s a partir de los canales de los editores. Los títulos y los textos son suyos.",
		partner: "Lo que dicen los socios y los medios está señalado y no expresa la posición de la OIM.",
		confirm: "Confirme su suscripción a «%s»", confirmText: "Alguien, esperamos que usted, quiere que esta dirección reciba el boletín «%s». Para confirmarlo, abra esta página y pulse el botón:",
		confirmLink: "Confirmar la suscripción", confirmNot: "Si no fue usted, no haga nada: no se enviará nada y la solicitud se borrará a los tres días.",
	},
	"ar": {
		months: "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر", day: "%d %s %d",
		number: "العدد %d", browser: "القراءة في المتصفح", why: "تصلك هذه الرسالة لأن هذا العنوان مشترك في «%s».",
		leave: "إلغاء الاشتراك", subscribe: "الاشتراك", source: "المصدر:", also: "نشره أيضًا", licence: "الشروط:", readMore: "قراءة النص الكامل",
		madeBy:  "جمعها %s آليًا من موجزات الناشرين. العناوين والنصوص لأصحابها.",
		partner: "محتوى الشركاء ووسائل الإعلام مُشار إليه، ولا يعبّر عن موقف المنظمة الدولية للهجرة.",
		confirm: "أكّد اشتراكك في «%s»", confirmText: "طلب أحدهم، ونرجو أن تكون أنت، أن تصل النشرة «%s» إلى هذا العنوان. للتأكيد افتح هذه الصفحة واضغط على الزر:",
		confirmLink: "تأكيد الاشتراك", confirmNot: "إن لم تكن أنت، فلا تفعل شيئًا: لن يُرسل شيء، ويُحذف الطلب بعد ثلاثة أيام.",
	},
	"pt": {
		months: "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro", day: "%d de %s de %d",
		number: "Número %d", browser: "Ler num navegador", why: "Recebe esta mensagem porque este endereço está inscrito em «%s».",
		leave: "Cancelar a inscrição", subscribe: "Inscrever-se", source: "Fonte:", also: "Também contado por", licence: "Condições:", readMore: "Ler o texto completo",
		madeBy:  "Reunido automaticamente por %s a partir dos canais dos editores. Os títulos e os textos são deles.",
		partner: "O que dizem os parceiros e a imprensa está assinalado e não exprime a posição da OIM.",
		confirm: "Confirme a sua inscrição em «%s»", confirmText: "Alguém, esperamos que o próprio, quer que este endereço receba o boletim «%s». Para confirmar, abra esta página e carregue no botão:",
		confirmLink: "Confirmar a inscrição", confirmNot: "Se não foi o próprio, não faça nada: nada será enviado e o pedido é apagado ao fim de três dias.",
	},
}

// in gives the words of a language, English where it has none.
func in(language string) words {
	if w, ok := wordsByLanguage[language]; ok {
		return w
	}
	return wordsByLanguage["en"]
}

// Date is a day in a language, by the clock of the moment's own location.
func Date(t time.Time, language string) string {
	w := in(language)
	return fmt.Sprintf(w.day, t.Day(), strings.Fields(w.months)[t.Month()-1], t.Year())
}
