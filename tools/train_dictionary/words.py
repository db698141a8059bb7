"""What synthetic mail is made of: names, places, and sentences in several languages.

All of it was written for this purpose. Nobody's mail is in here, nor may it ever be: pieces of the
text a dictionary is trained on can be read in the dictionary, which is public.
"""

FIRST = """James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan Joseph
Jessica Thomas Sarah Charles Karen Christopher Lisa Daniel Nancy Matthew Betty Anthony Sandra Mark Ashley Donald Emily
Steven Anna Paul Michelle Andrew Laura Peter Stefan Andreas Sabine Katrin Jürgen Hans Sophie Marie Pierre Jean Claire
Carlos Ana José Lucía Giulia Marco Francesca Paolo João Inês Jan Piotr Agnieszka Olga Sergey Dmitry Yuki Kenji Wei Li
Priya Rahul Fatima Ahmed Ralf Alan Greg Kevin Geert Linus Eric Brian""".split()
LAST = """Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Wilson Anderson Taylor Moore Jackson
Martin Lee Thompson White Harris Clark Lewis Robinson Walker Young Allen King Wright Scott Hill Green Adams Baker Nelson
Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Hoffmann Dubois Bernard Moreau Lefebvre Rossi Ferrari Bianchi
Silva Santos Kowalski Nowak Ivanov Petrov Tanaka Suzuki Wang Chen Kumar Singh van der Berg de Vries""".split()
HOSTS = """example.com example.org example.net mail.example.com smtp.example.org mx1.example.net lists.example.org
gmail.com outlook.com hotmail.com yahoo.com icloud.com gmx.de web.de t-online.de orange.fr libero.it mail.ru
googlemail.com aol.com fastmail.com protonmail.com vger.kernel.org lists.sourceforge.net googlegroups.com
lists.debian.org lists.infradead.org amazon.com github.com linkedin.com facebookmail.com paypal.com""".split()

SENTENCES = {
    "en": """Thank you for your email.
Please find attached the document you asked for.
Please let me know if you have any questions.
If you have any questions, please do not hesitate to contact us.
I hope this email finds you well.
I am out of the office until Monday and will have limited access to my email.
Looking forward to hearing from you.
Could you please send me the latest version of the report?
We have received your order and will let you know as soon as it has been shipped.
The meeting has been moved to Thursday at 10:00.
I will be in the office tomorrow morning, so we can talk about this then.
As discussed on the phone, here is the updated schedule for the next two weeks.
This does not work for me; I get the following error message when I try to start the program.
I think the problem is that the file has not been closed before it is opened again.
Has anyone else seen this problem with the new version?
Does anybody know if there is a way to do this without having to change the configuration?
You can find more information about this on our web site.
Thanks for the patch, it has been applied to the current tree.
This patch fixes the problem by adding a check for the return value of the function.
In that case, we should not use the old interface any more, because it has been deprecated for a long time.
The number of people who have been using the system has increased by about ten percent since last year.
According to a new report that was released on Wednesday, the company is going to cut about 1,000 jobs.
On the other hand, there are a lot of users who would like to have an option to turn this off.
I don't think that it's a good idea, but I can't think of anything better right now.
Your account has been updated. If you did not make this change, please contact us immediately.
We are writing to inform you that the terms of service will change on the first of next month.
To reset your password, click the link below. This link will expire in 24 hours.
Please do not reply to this email. This mailbox is not monitored and you will not receive a response.
The information contained in this message may be confidential and is intended only for the addressee.
Click here to unsubscribe from this mailing list or to change your email preferences.
You are receiving this email because you signed up for our newsletter.
It was great to see you again last week, and we would love to have you over for dinner some time.
What do you think about it? Should we do it now or wait for the next release?
I would like to make an appointment for next week, if that is possible for you.
There is a good chance that this will be fixed in the next version, which should be available soon.
We need to know whether you will be able to attend, so please reply by Friday.
Best regards, and have a nice weekend!
The invoice for the current month is attached as a PDF file.
The total amount of your order is $49.90, including shipping and handling.
You have one new message. Sign in to your account to read it.
This is an automatically generated message, please do not reply.
See you on Monday, and thanks again for all your help with this.""",
    "de": """Vielen Dank für Ihre E-Mail.
Anbei erhalten Sie die gewünschten Unterlagen.
Für Rückfragen stehe ich Ihnen gerne zur Verfügung.
Bitte antworten Sie nicht auf diese E-Mail, da sie automatisch erstellt wurde.
Ihre Bestellung ist bei uns eingegangen und wird schnellstmöglich bearbeitet.
Wie telefonisch besprochen sende ich Ihnen den aktuellen Stand.
Ich bin bis Montag nicht im Büro und lese meine E-Mails nur gelegentlich.
Können wir den Termin auf nächste Woche verschieben?
Die Rechnung für den laufenden Monat finden Sie im Anhang.
Sie möchten unseren Newsletter nicht mehr erhalten? Dann können Sie sich hier abmelden.
Wenn Sie diese Nachricht irrtümlich erhalten haben, informieren Sie bitte den Absender und löschen Sie sie.
Ich freue mich auf Ihre Rückmeldung.
Mit freundlichen Grüßen""",
    "fr": """Bonjour, merci pour votre message.
Veuillez trouver ci-joint le document demandé.
N'hésitez pas à me contacter si vous avez des questions.
Votre commande a bien été enregistrée et sera expédiée dans les meilleurs délais.
La réunion est reportée à jeudi prochain à dix heures.
Si vous ne souhaitez plus recevoir nos messages, cliquez ici pour vous désabonner.
Ceci est un message automatique, merci de ne pas y répondre.
Je vous remercie par avance de votre réponse.
Nous vous prions d'agréer, Madame, Monsieur, l'expression de nos salutations distinguées.
Cordialement""",
    "es": """Hola, gracias por tu correo.
Adjunto le envío el documento que solicitó.
Si tiene alguna pregunta, no dude en ponerse en contacto con nosotros.
Su pedido ha sido recibido y será enviado lo antes posible.
La reunión se ha cambiado al jueves por la mañana.
Si no desea recibir más correos electrónicos, haga clic aquí para darse de baja.
Este es un mensaje generado automáticamente, por favor no responda.
Quedo a la espera de su respuesta. Un cordial saludo""",
    "it": """Buongiorno, grazie per la sua e-mail.
In allegato trova il documento richiesto.
Per qualsiasi domanda non esiti a contattarci.
Il suo ordine è stato ricevuto e sarà spedito al più presto.
Se non desidera ricevere altre comunicazioni può cancellare la sua iscrizione in qualsiasi momento.
In attesa di un suo riscontro porgo cordiali saluti""",
    "pt": """Olá, obrigado pela sua mensagem.
Segue em anexo o documento solicitado.
Se tiver alguma dúvida, não hesite em entrar em contato conosco.
O seu pedido foi recebido e será enviado o mais rápido possível.
Esta é uma mensagem automática, por favor não responda. Atenciosamente""",
    "nl": """Bedankt voor uw bericht.
In de bijlage vindt u het gevraagde document.
Als u nog vragen heeft, kunt u altijd contact met ons opnemen.
Uw bestelling is ontvangen en wordt zo snel mogelijk verzonden.
Wilt u onze nieuwsbrief niet meer ontvangen? Dan kunt u zich hier afmelden. Met vriendelijke groet""",
    "pl": """Dziękuję za wiadomość.
W załączniku przesyłam dokument, o który Pan prosił.
W razie pytań proszę o kontakt.
Zamówienie zostało przyjęte i zostanie wysłane jak najszybciej. Pozdrawiam serdecznie""",
    "ru": """Здравствуйте! Спасибо за ваше письмо.
Во вложении находится документ, который вы просили.
Если у вас есть вопросы, пожалуйста, свяжитесь с нами.
Ваш заказ принят и будет отправлен в ближайшее время.
Это письмо создано автоматически, отвечать на него не нужно. С уважением""",
    "ja": """お世話になっております。ご連絡ありがとうございます。
添付ファイルをご確認ください。ご不明な点がございましたら、お気軽にお問い合わせください。
ご注文ありがとうございました。商品の発送が完了しましたらご連絡いたします。
よろしくお願いいたします。""",
}
LANGUAGES = {code: text.split("\n") for code, text in SENTENCES.items()}

SUBJECTS = """Re: Question about the new version
Re: [PATCH] Fix a possible null pointer dereference
[PATCH v2 1/3] Add support for the new interface
Your order has been shipped
Order confirmation
Invoice for your subscription
Meeting on Thursday
Fwd: Schedule for next week
Weekly report
Password reset
New sign-in to your account
Your receipt from the store
Out of office
Undelivered Mail Returned to Sender
Delivery Status Notification (Failure)
Newsletter: what is new this month
Re: Fwd: documents for the meeting
AW: Rechnung
Ihre Bestellung
Invitation: Project meeting
Last chance: save 20% on your next order""".split("\n")
