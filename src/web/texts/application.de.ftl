# Anwendungen, an denen man sich anmeldet, in der Konsole.
applications = Anwendungen
applications-hint = Woran sich die Personen der Organisation mit ihrem Konto hier anmelden (OpenID Connect).
no-applications = Noch keine Anwendung. Registrieren Sie die erste: Dazu gehören ein Name und die Adresse, zu der der Browser zurückkehrt.
new-application = Neue Anwendung
go-applications = OIDC, OAuth, OpenID Connect, Clients, Programme, Einmalanmeldung, Redirect-URI
go-new-application = OIDC, OAuth, Client, registrieren, Redirect-URI
app-register = Registrieren
app-not-saved = Es wurde nichts gespeichert. Das unten markierte Feld stimmt noch nicht.
app-disabled = Gesperrt
app-is-disabled = Diese Anwendung ist gesperrt: Niemand meldet sich an ihr an, und ihre Token sind ungültig.
app-everybody = Alle in der Organisation
app-some = { $roles ->
    [0] { $groups ->
        [one] Eine Gruppe
       *[other] { $groups } Gruppen
     }
    [one] { $groups ->
        [0] Eine Rolle
        [one] Eine Rolle und eine Gruppe
       *[other] Eine Rolle und { $groups } Gruppen
     }
   *[other] { $groups ->
        [0] { $roles } Rollen
        [one] { $roles } Rollen und eine Gruppe
       *[other] { $roles } Rollen und { $groups } Gruppen
     }
 }
app-for = Wer sie nutzen darf
app-with-role = Mit der Rolle { $name }
app-in-group = In der Gruppe { $name }

## Was registriert ist

app-name-hint = Was man beim Anmelden an ihr sieht.
app-kind = Art
app-kind-hint = Sie lässt sich später nicht ändern.
app-kind-web = Webanwendung mit einem Server
app-kind-web-text = Sie bewahrt ein Geheimnis auf ihrem Server. Der übliche Fall.
app-kind-public = Anwendung im Browser oder auf einem Gerät
app-kind-public-text = Sie kann kein Geheimnis bewahren, weil sie im Browser oder auf einem Gerät läuft.
app-kind-keys = Anwendung mit eigenem Schlüssel
app-kind-keys-text = Sie unterschreibt, was sie an den Token-Endpunkt schickt (private_key_jwt); ein gemeinsames Geheimnis gibt es nicht.
app-keys-hint = Nur für eine Anwendung mit eigenem Schlüssel: ihre öffentlichen Schlüssel, als JSON.
app-other-keys-hint = Ihre öffentlichen Schlüssel, als JSON. Was sie mit anderen unterschrieben hat, gilt nicht mehr.
app-key-ids = Ihre Schlüssel
app-redirects = Redirect-URIs
app-redirects-hint = Wohin der Browser zurückkehrt, je Zeile eine vollständige Adresse. https, oder http auf localhost.
app-post-logout = Redirect-URIs nach dem Abmelden
app-post-logout-hint = Wohin man nach dem Abmelden geschickt werden darf, je Zeile eine Adresse.
app-first-party = Sie gehört zur Organisation
app-first-party-hint = Es wird nicht gefragt, ob sie haben darf, was sie verlangt.
app-more = Weiteres
app-secret-in-body = Sie sendet das Geheimnis im Rumpf (client_secret_post)
app-secret-in-body-hint = Nur für eine Webanwendung, und nur wenn ihre Bibliothek nichts anderes kann, wie die von ASP.NET Core.
app-backchannel = Adresse für Back-Channel-Logout
app-backchannel-hint = Wird von hier aus aufgerufen, wenn eine Sitzung endet. So erfährt die Anwendung es auch, wenn Administratoren oder ein Identitätsanbieter sie beenden.
app-frontchannel = Adresse für Front-Channel-Logout
app-frontchannel-hint = Wird vom Browser dessen geladen, der sich abmeldet, auf dem Host einer Redirect-URI.
app-initiate = Wo eine Anmeldung beginnt (initiate_login_uri)
app-initiate-hint = Eine Adresse der Anwendung, die eine Anmeldung beginnt. Personen finden sie unter den Anwendungen ihres Kontos.
app-events = Änderungen an Benutzern und Gruppen (events_uri)
app-events-hint = Eine Adresse, die von jeder Änderung durch ein signiertes Ereignis erfährt (RFC 9967).
app-require-mfa = Nur mit zwei Faktoren
app-require-mfa-hint = Was die Richtlinien auch verlangen: Mit einem kommt niemand hinein.
app-profile = Profil
app-profile-hint = Die Regeln, an die sich die Anwendung hält. Strengere brauchen eine Bibliothek, die ihnen folgen kann.
app-profile-standard = OpenID Connect (Standard)
app-profile-ipsie = Unternehmen (IPSIE SL1)
app-profile-fapi = Finanzwesen (FAPI 2.0)
app-scopes = Darf verlangen
app-scopes-hint = Darüber hinaus bekommt sie nichts.
app-scope-openid = Wer sich anmeldet
app-scope-profile = Namen, Bild, Sprache
app-scope-email = E-Mail-Adresse
app-scope-address = Postanschrift
app-scope-phone = Telefonnummer
app-scope-groups = Gruppen und Teams
app-scope-roles = Rollen und Berechtigungen
app-scope-offline = Angemeldet bleiben (Refresh-Token)
app-scope-api = Die Verwaltungs-API, als die Person
app-scope-scim = Das ganze Profil, über SCIM
app-scope-ssf-read = Der eigene Strom von Sicherheitsereignissen, zum Lesen
app-scope-ssf-manage = Der eigene Strom von Sicherheitsereignissen, zum Anlegen und Ändern
app-scope-authzen = Entscheidungen über Personen, für die Anwendung selbst
app-edit = Ändern
app-edit-title = { $name } ändern
app-who = Wer sie nutzen darf
app-only-roles = Nur Personen mit einer dieser Rollen
app-only-roles-hint = Ist hier und bei den Gruppen nichts angekreuzt, dürfen es alle. Eine Rolle oder Gruppe genügt.
app-only-groups = Nur Mitglieder einer dieser Gruppen
app-only-groups-hint = Wer die Gruppe verlässt, hat sofort nichts mehr von der Anwendung.
app-no-groups = Es gibt noch keine Gruppe, die sich hier nennen ließe.
app-tokens = Token
app-access-seconds = Access- und ID-Token
app-access-seconds-hint = In Sekunden, von 60 bis 3600. 300 sind fünf Minuten.
app-idle-seconds = Ein Refresh-Token, den niemand benutzt
app-idle-seconds-hint = In Sekunden, bis zu 90 Tagen. 1209600 sind 14 Tage.
app-authorization-seconds = Alles, was von einer Anmeldung kommt
app-authorization-seconds-hint = In Sekunden, bis zu einem Jahr. 2592000 sind 30 Tage; dann meldet man sich neu an.
app-format = Access-Token sind
app-format-hint = Nach zufälligen wird hier jedes Mal gefragt, und sie enden sofort. Unterschriebenen wird geglaubt, bis sie enden.
app-format-opaque = Zufälliger Text
app-format-jwt = Unterschrieben (JWT)
app-alg = ID-Token werden unterschrieben mit
app-alg-hint = RS256 kennt jede Bibliothek.
app-protection = Schutz
app-pushed = Nur vorab übergebene Anfragen (PAR)
app-pushed-hint = Die Anwendung hinterlegt jede Anfrage hier, bevor sie den Browser schickt (RFC 9126).
app-dpop = Token sind an einen Schlüssel gebunden (DPoP)
app-dpop-hint = Ein gestohlener Token ist ohne den Schlüssel der Anwendung nichts wert (RFC 9449).
app-device = Geräte ohne Browser dürfen sich anmelden
app-device-hint = Ein Fernseher oder Terminal zeigt einen Code, und die Person meldet das Gerät mit einem anderen Browser an (RFC 8628).
app-pairwise = Kennt Personen unter eigenen Namen
app-pairwise-hint = Keine Anwendung eines anderen Hosts erkennt am Subject, dass es um dieselbe Person geht. Das bleibt so, und alle Redirect-URIs gehören zu einem Host.
app-claims = Claims unter anderem Namen
app-claims-hint = In jeder Zeile einer, etwa upn = email: der Name für die Anwendung und der Claim, von dem der Wert stammt. Er kommt mit dessen Scope. Was die Anwendung bekäme, zeigt der Test einer Anmeldung. Es gibt: { $name }
app-wrong-claims = So können die Claims nicht mitgeteilt werden.
app-metadata-at = Ohne Anmeldung abrufbar zu machen unter { $name }
app-metadata-nowhere = Vom Ressourcenserver selbst abrufbar zu machen (RFC 9728 3.1).
app-others = Andere Ressourcenserver
app-resource = Sie ist ein Ressourcenserver mit dem Namen
app-resource-hint = Eine absolute URI, falls sie selbst eine API anbietet. Dann darf sie nach den Token fragen, die für sie bestimmt sind (RFC 8707, RFC 7662).
app-audiences = Sie bekommt Token für
app-audiences-hint = In jeder Zeile der Name eines Ressourcenservers. Für diese darf sie Token anfordern, für andere nicht; mit einem Geheimnis oder Schlüssel darf sie auch ein Token, das sie erhalten hat, gegen eines für diese tauschen (RFC 8693).
app-wrong-resource = Das ist kein Name eines Ressourcenservers, der hier registriert werden kann.
app-seconds = { $count ->
    [one] Eine Sekunde
   *[other] { $count } Sekunden
 }
app-minutes = { $count ->
    [one] Eine Minute
   *[other] { $count } Minuten
 }
app-hours = { $count ->
    [one] Eine Stunde
   *[other] { $count } Stunden
 }
app-days = { $count ->
    [one] Ein Tag
   *[other] { $count } Tage
 }

## Was daran nicht stimmt

app-wrong-redirects = Geben Sie jede Adresse vollständig an, je Zeile eine: https, oder http auf localhost, ohne * und #.
app-wrong-post-logout = Geben Sie jede Adresse vollständig an, je Zeile eine: https, oder http auf localhost, ohne * und #.
app-wrong-backchannel = Geben Sie eine vollständige Adresse an: https, oder http auf localhost.
app-wrong-frontchannel = Geben Sie eine vollständige Adresse an, mit Schema, Host und Port einer Redirect-URI.
app-wrong-initiate = Geben Sie eine vollständige Adresse an, mit https.
app-wrong-method = Dieses Profil braucht eine Anwendung mit eigenem Schlüssel.
app-wrong-alg = Dieses Profil braucht PS256, ES256 oder EdDSA.
app-wrong-seconds = Geben Sie eine Zahl von Sekunden innerhalb der Grenzen an.
app-wrong-scope = Kreuzen Sie mindestens eines an.
app-wrong-kind = Wählen Sie eine Art.
app-wrong-reach = Davon gibt es etwas nicht mehr. Nehmen Sie das Kreuz weg.

## Ihr Geheimnis

client-secret = Client-Geheimnis
app-made-title = { $name } ist registriert
app-rotated-title = { $name } hat ein neues Geheimnis
app-made-text = Kopieren Sie das Geheimnis in die Einstellungen der Anwendung. Es wird nur jetzt angezeigt; hier bleibt allein sein Hash.
app-go-on = Einrichten
app-new-secret = Neues Geheimnis
ask-app-secret = Ein neues Geheimnis für { $name }?
ask-app-secret-text = Das neue wird einmal angezeigt und gilt sofort.
app-earlier = Das bisherige Geheimnis
app-earlier-overlaps = Gilt noch einen Tag
app-earlier-overlaps-text = Damit die Anwendung das neue erfährt, während sie läuft. Alle bleiben angemeldet.
app-earlier-ends = Endet jetzt
app-earlier-ends-text = Im Notfall, wenn es in fremden Händen sein kann: Auch jeder Token der Anwendung endet.
do-app-secret = Neues Geheimnis erstellen

## Einrichten

app-setup = Einrichten
app-setup-hint = Einstellungen für das, was Sie betreiben, mit den Adressen dieses Servers. Nur das Geheimnis fehlt: Es wird einmal angezeigt, wenn es entsteht.
app-any-product = Jede Bibliothek für OpenID Connect
app-setup-redirect = Der Browser kehrt zu { $name } zurück; registrieren Sie das als Redirect-URI.
app-misfit = Dieses Produkt weist sich mit einem Geheimnis aus oder gar nicht. Registrieren Sie dafür eine andere Anwendung dieser Art.
app-misfit-basic = Dieses Produkt sendet sein Geheimnis im Header. Registrieren Sie dafür eine Webanwendung, ohne „Sie sendet das Geheimnis im Rumpf“.
app-misfit-post = Dieses Produkt sendet sein Geheimnis im Rumpf. Registrieren Sie dafür eine Webanwendung, mit „Sie sendet das Geheimnis im Rumpf“.

## Wer angemeldet ist

app-people = Angemeldet
app-people-hint = Alle, deren Anmeldung dort noch gilt. Wem der Zugang beendet wird, kann sich neu anmelden, solange die Anwendung für die Person da ist.
app-nobody = Niemand ist angemeldet.
app-began = Seit
app-until = Spätestens bis
app-end-access = Zugang beenden
app-end-access-of = von { $name }
app-more-people = Es sind mehr; diese gehören zu den letzten { $count } Anmeldungen.
ask-app-end = Den Zugang von { $name } zu { $account } beenden?
ask-app-end-text = Was { $account } für { $name } hat, ist sofort ungültig, und { $account } erfährt es, wenn eine Adresse dafür da ist. Eine Zustimmung wird vergessen. { $name } kann sich neu anmelden.

## Gefahr

app-danger = Gefahrenbereich
do-app-disable = Sperren
do-app-enable = Freigeben
ask-app-disable = { $name } sperren?
ask-app-disable-text = Niemand kann sich mehr an { $name } anmelden, und alles, was ausgegeben wurde, ist sofort ungültig, auch nach dem Freigeben.
ask-app-enable = { $name } freigeben?
ask-app-enable-text = Man kann sich an { $name } wieder anmelden. Token von vorher bleiben ungültig.
ask-app-delete = { $name } löschen?
ask-app-delete-text = { $name } und alles, was ausgegeben wurde, enden sofort. Das lässt sich nicht rückgängig machen; eine neue Registrierung hat eine andere Client-ID.
app-goes-people = { $count ->
    [0] Niemand ist dort angemeldet.
    [one] Eine Person ist dort angemeldet.
   *[other] { $count } Personen sind dort angemeldet.
 }
said-application-made = Die Anwendung ist registriert.
said-application-changed = Die Anwendung wurde geändert.
said-application-disabled = Die Anwendung ist gesperrt, und ihre Token sind ungültig.
said-application-enabled = Die Anwendung ist wieder freigegeben.
said-application-deleted = Die Anwendung wurde gelöscht.
said-application-access-ended = Der Zugang wurde beendet.

## Eine Anmeldung ausprobieren

app-test = Anmeldung testen
app-test-title = Die Anmeldung an { $name } testen
app-test-hint = Sehen Sie, ob jemand hineinkäme und was die Anwendung erführe. Es wird nichts ausgegeben, und niemand merkt es.
app-test-scopes = Die Anwendung verlangt
do-app-test = Testen
app-test-nobody = Niemand in der Organisation hat diesen Benutzernamen.
app-test-of = { $name } meldet sich an
app-test-in = Käme hinein
app-test-out = Käme nicht hinein
app-test-code = Die Anwendung bekommt ihre Antwort ohne Rückfrage.
app-test-consent = Es wird zuerst gefragt, ob die Anwendung das haben darf.
app-test-disabled = Die Anwendung ist gesperrt.
app-test-reach = Die Anwendung ist nicht für diese Person: Weder Rolle noch Gruppe passt.
app-test-refused = Die Anwendung wird abgewiesen:
app-test-two-factors = Die Anwendung verlangt zwei Faktoren.
app-test-second-factor = Ein zweiter Faktor wird verlangt.
app-test-one-factor = Ein Faktor genügt.
app-test-granted = Gewährt:
app-id-token = Im ID-Token
app-id-token-hint = Wer sich angemeldet hat, wann und wie. Das Wie (amr, acr) ist das einer gewöhnlichen Anmeldung mit Passwort; ein Identitätsanbieter sagt es selbst.
app-userinfo = Bei Userinfo
app-userinfo-hint = Was die Anwendung mit ihrem Access-Token erfährt.
app-claim = Angabe
app-claim-value = Wert
app-claim-momentary = bei jeder Anmeldung ein anderer
app-begin = Im Ernst
app-begin-hint = Beginnt eine wirkliche Anmeldung an der Anwendung, als Sie selbst.
app-begin-none = Diese Anwendung nennt keine Adresse, an der eine Anmeldung beginnt. Öffnen Sie sie wie alle anderen.
do-app-begin = Dort eine Anmeldung beginnen
