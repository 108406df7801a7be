# Das Einrichten einer Verbindung in der Konsole.
guide = Einrichten
guide-title = { $name } einrichten
guide-progress = So weit ist es
guide-done = Erledigt
guide-not-yet = Noch nicht
guide-step-token = Ein Token ist vorhanden
guide-step-request = Der Identitätsanbieter hat sich damit gemeldet
guide-step-user = Ein Benutzer wurde übertragen
guide-step-group = Eine Gruppe wurde übertragen
guide-step-sign-in = Jemand hat sich dort angemeldet
guide-wait-token = Erzeugen Sie zuerst einen Token.
guide-wait-request = Gewartet wird auf die erste Anfrage des Identitätsanbieters.
guide-wait-user = Der Identitätsanbieter erreicht diesen Server. Gewartet wird auf den ersten Benutzer.
guide-wait-group = Benutzer kommen an. Gewartet wird auf die erste Gruppe.
guide-wait-sign-in = Benutzer und Gruppen kommen an. Gewartet wird auf die erste Anmeldung.
guide-all-done = Alles funktioniert.
guide-watch-hint = Dieser Teil zeigt, was geschieht, sobald es geschieht.
guide-look-again = Erneut nachsehen
guide-findings = Beim Identitätsanbieter zu beheben
guide-more = Anfrage zeigen
guide-match = Er sucht Benutzer nach { $name }. Wählen Sie userName als Attribut, nach dem Benutzer zugeordnet werden; sonst verwechselt er welche oder legt sie doppelt an.
guide-no-external-id = { $count ->
    [one] Einer der zuletzt übertragenen Benutzer hat keine externalId, sodass keine Anmeldung ihn meinen kann.
   *[other] { $count } der zuletzt übertragenen Benutzer haben keine externalId, sodass keine Anmeldung sie meinen kann.
 } Senden Sie die ID, die der Identitätsanbieter auch in seinen ID-Token nennt.
guide-foreign-external-id = { $count ->
    [one] Einer der zuletzt übertragenen Benutzer hat eine externalId, die keine Objekt-ID ist, sodass keine Anmeldung ihn meinen wird.
   *[other] { $count } der zuletzt übertragenen Benutzer haben eine externalId, die keine Objekt-ID ist, sodass keine Anmeldung sie meinen wird.
 } Ordnen Sie externalId die objectId zu, statt mailNickname.
guide-no-role = { $count ->
    [one] Einer der zuletzt übertragenen Benutzer hat keine Rolle und kann hier nichts tun.
   *[other] { $count } der zuletzt übertragenen Benutzer haben keine Rolle und können hier nichts tun.
 } Lassen Sie eine Gruppe eine Rolle geben, oder geben Sie der Verbindung eine Standardrolle.
guide-no-address = { $count ->
    [one] Einer der zuletzt übertragenen Benutzer hat keine E-Mail-Adresse und bekommt keine Post.
   *[other] { $count } der zuletzt übertragenen Benutzer haben keine E-Mail-Adresse und bekommen keine Post.
 } Ordnen Sie die Adresse emails mit dem Typ work zu.
guide-no-name = { $count ->
    [one] Einer der zuletzt übertragenen Benutzer heißt nur wie sein Benutzername.
   *[other] { $count } der zuletzt übertragenen Benutzer heißen nur wie ihr Benutzername.
 } Ordnen Sie displayName zu.
guide-refused = Die letzte Änderung wurde abgelehnt:
guide-deeds = Was beim Identitätsanbieter zu tun ist
guide-tenant-url = Mandanten-URL
guide-token-of-others = Eines erzeugt, wer jede Rolle geben darf, die diese Verbindung gibt.
guide-okta-app = Öffnen Sie in Okta „Applications“, „Browse App Catalog“, fügen Sie „SCIM 2.0 Test App (OAuth Bearer Token)“ hinzu und öffnen Sie dort „Provisioning“.
guide-okta-api = Wählen Sie „Configure API Integration“, haken Sie „Enable API integration“ an, geben Sie die Basis-URL und einen Token ein und drücken Sie „Test API Credentials“.
guide-okta-to-app = Haken Sie unter „To App“ „Create Users“, „Update User Attributes“ und „Deactivate Users“ an.
guide-okta-people = Wählen Sie unter „Assignments“, wer hierher kommt.
guide-okta-groups = Wählen Sie unter „Push Groups“ die Gruppen, die hier Rollen oder Teams geben.
guide-entra-app = Öffnen Sie im Entra Admin Center „Unternehmensanwendungen“, „Neue Anwendung“, „Eigene Anwendung erstellen“ und wählen Sie die, die nicht im Katalog steht.
guide-entra-api = Öffnen Sie „Bereitstellung“, wählen Sie „Automatisch“, geben Sie die Mandanten-URL und unter „Geheimes Token“ einen Token ein und drücken Sie „Verbindung testen“.
guide-entra-mapping = Lassen Sie unter „Zuordnungen“ bei den Benutzern userName als Attribut der Übereinstimmung, und ordnen Sie externalId die objectId zu, statt mailNickname.
guide-entra-people = Weisen Sie unter „Benutzer und Gruppen“ zu, wer hierher kommt.
guide-entra-start = Starten Sie die Bereitstellung. Entra meldet sich alle vierzig Minuten; „Bei Bedarf bereitstellen“ überträgt einen Benutzer sofort.
guide-generic-api = Geben Sie dort, wo der Identitätsanbieter nach SCIM 2.0 fragt, die Basis-URL ein und einen Token als Bearer-Token.
guide-generic-mapping = Lassen Sie ihn Benutzer nach userName zuordnen und als externalId die ID senden, die er in seinen ID-Token auch als sub nennt.
guide-generic-deeds = Schalten Sie ein, dass Benutzer angelegt, geändert und deaktiviert und Gruppen übertragen werden.
guide-generic-people = Wählen Sie, wer hierher kommt.
setup-links = Für jemanden außerhalb
setup-links-hint = Wer den Identitätsanbieter verwaltet, braucht hier kein Konto: Ein Link zeigt diese Anleitung für diese eine Verbindung und lässt einen Token erzeugen. Namen sind dort nicht zu sehen. Ein Link endet an seinem letzten Tag von selbst; vorher, wenn Sie ihn beenden, sich Ihr Passwort ändert oder Sie solche Links nicht mehr erzeugen dürfen. Ein damit erzeugter Token bleibt.
setup-link-made = Erzeugt
setup-link-until = gilt bis
setup-link-used = sein Token wurde erzeugt
setup-link-void = gilt nicht mehr, weil die Person, die ihn erzeugt hat, das nicht mehr darf
setup-link-make = Link erzeugen
said-setup-link-ended = Der Link ist ungültig.
once-setup-link-title = Link zum Einrichten von { $name }
once-setup-link-text = Senden Sie ihn an die Person, die den Identitätsanbieter verwaltet. Er wird nur jetzt angezeigt und gilt bis { $until }.
connect-title = Ihren Identitätsanbieter mit { $name } verbinden
connect-lead = Hier richten Sie ein, wie { $provider } Personen Zugang zu { $name } gibt. Sie brauchen kein Konto. Führen Sie die Schritte unten der Reihe nach aus; der erste Teil dieser Seite zeigt, was ankommt.
connect-last = Letzte Anfragen
connect-token-hint = Mit diesem Link lässt sich ein Token erzeugen. Er wird nur einmal angezeigt.
connect-token-made = Mit diesem Link wurde ein Token erzeugt. Ist er verloren, bitten Sie um einen neuen Link.
connect-token-text = Kopieren Sie ihn in die Einstellungen des Identitätsanbieters. Er wird nur jetzt angezeigt und gilt bis { $until }.
connect-back = Weiter einrichten
connect-gone-title = Dieser Link funktioniert nicht
connect-gone = Er hat geendet oder ist nicht vollständig. Bitten Sie die Person, die ihn gesendet hat, um einen neuen.
