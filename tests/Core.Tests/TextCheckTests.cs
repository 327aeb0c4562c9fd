using System.Globalization;
using System.Text;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Moderation;
using SeriesFunctions.Core.Moderation.Text;

namespace Core.Tests;

/// <summary>Evasions of the text checks that people are known to use, and the texts of honest people that must not be touched by them.</summary>
public sealed class TextCheckTests
{
    private static readonly BlockedWords Words = new("casino, scam, free money, badword, pass, de:betrug, en:dick, ru:казино, el:καζινο, 赌博, カジノ, พนัน, คาสิโน");

    [Theory]
    // As it is, in another case, width, font
    [InlineData("casino")]
    [InlineData("The CaSiNo course")]
    [InlineData("ｃａｓｉｎｏ")]
    [InlineData("ＣＡＳＩＮＯ")]
    [InlineData("𝐜𝐚𝐬𝐢𝐧𝐨")]
    [InlineData("𝓬𝓪𝓼𝓲𝓷𝓸")]
    [InlineData("𝕔𝕒𝕤𝕚𝕟𝕠")]
    [InlineData("𝚌𝚊𝚜𝚒𝚗𝚘")]
    [InlineData("ⓒⓐⓢⓘⓝⓞ")]
    [InlineData("🅒🅐🅢🅘🅝🅞")]
    [InlineData("🄲🄰🅂🄸🄽🄾")]
    [InlineData("🇨🇦🇸🇮🇳🇴")]
    [InlineData("ᴄᴀsɪɴᴏ")]
    [InlineData("ᶜᵃˢⁱⁿᵒ")]
    // Diacritics, precomposed, decomposed and heaped
    [InlineData("cäsïnö")]
    [InlineData("ćąśíñø")]
    [InlineData("casi\u0301no\u0308")]
    [InlineData("c\u0335\u0321a\u0336\u0322s\u0337i\u0334n\u0338o\u0336")]
    // Look-alikes of other scripts
    [InlineData("саsino")]
    [InlineData("cаsіnо")]
    [InlineData("cαsιno")]
    [InlineData("Learn the саѕіпо trade and win more")]
    [InlineData("ca\u0455ino")]
    // Signs and digits for letters
    [InlineData("c4sin0")]
    [InlineData("c@s1n0")]
    [InlineData("ca$ino")]
    [InlineData("¢asino")]
    [InlineData("cas!no")]
    // Stretched
    [InlineData("casinooooo")]
    [InlineData("caaaasino")]
    [InlineData("CASIIIINO")]
    [InlineData("paaass")]
    // Parted
    [InlineData("c.a.s.i.n.o")]
    [InlineData("c-a-s-i-n-o")]
    [InlineData("ca-sino")]
    [InlineData("cas_ino")]
    [InlineData("c a s i n o")]
    [InlineData("my c a s i n o course")]
    [InlineData("c · a · s · i · n · o")]
    [InlineData("cas\u200Bino")]
    [InlineData("c\u200Da\u2060s\uFEFFi\u00ADno")]
    [InlineData("cas\u3164ino")]
    // Phrases
    [InlineData("free money")]
    [InlineData("FREE   MONEY now")]
    [InlineData("fr33 m0ney")]
    [InlineData("frée-moneу")]
    // Other scripts
    [InlineData("онлайн казино")]
    [InlineData("онлайн кaзинo бесплатно")]
    [InlineData("КАЗИНО")]
    [InlineData("ΚΑΖΙΝΟ")]
    [InlineData("καζίνο")]
    [InlineData("在线赌博网站")]
    [InlineData("オンラインカジノ入門")]
    [InlineData("เว็บพนันออนไลน์")]
    public void A_blocked_word_is_found_however_it_is_disguised(string text) =>
        Assert.Contains(Words.Find(text), finding => finding.Certain);

    [Theory]
    [InlineData("c*sino")]
    [InlineData("c**ino")]
    [InlineData("ca#ino")]
    [InlineData("赌.博")]
    [InlineData("赌 博")]
    public void What_only_may_be_a_blocked_word_is_for_a_person(string text)
    {
        var found = Words.Find(text);
        Assert.NotEmpty(found);
        Assert.DoesNotContain(found, finding => finding.Certain);
    }

    [Theory]
    [InlineData("Der Teig ist dick und nicht zu weich, wie das Brot der Oma", false)]
    [InlineData("Don't be a dick with the people that you film for this", true)]
    [InlineData("dick", true)]
    public void A_word_that_another_language_uses_harmlessly_is_for_a_person_there(string text, bool certain) =>
        Assert.Equal(certain, Words.Find(text).Single().Certain);

    [Theory]
    // Whole words only
    [InlineData("Cascading Occasions: casinoworthy is no word")]
    [InlineData("passage, compass, bypass, passes")]
    [InlineData("scamper and escampment")]
    [InlineData("Is it free? Money comes later")]
    // Single letters and numbers that are what they are
    [InlineData("Plan A, B and C: 4 5 6 steps to a 100 km ride")]
    [InlineData("*** stars *** for you!!!")]
    [InlineData("The 5 S method, p a r t 2")]
    [InlineData("C4 and A5 paper, K9 training, 3D printing, 2x4 timber")]
    // Names and words in more than ten scripts
    [InlineData("Søren Kierkegård lærer dig Å æde smørrebrød")]
    [InlineData("Łódź, Gdańsk i Kraków: przewodnik Świętosławy")]
    [InlineData("Nguyễn Thị Minh Khai dạy nấu phở")]
    [InlineData("Владимир учит готовить борщ и сочинять стихи")]
    [InlineData("Сома и кассир, пасс мяча, сор и касса")]
    [InlineData("Οδυσσέας: μαθήματα κιθάρας για αρχάριους")]
    [InlineData("Կարեն Դեմիրճյան դասավանդում է շախմատ")]
    [InlineData("გიორგი ასწავლის ქართულ ცეკვას")]
    [InlineData("דניאל מלמד גיטרה למתחילים")]
    [InlineData("محمد يعلّم الخط العربي خطوة بخطوة")]
    [InlineData("آموزش آشپزی با فاطمه")]
    [InlineData("प्रिया सिखाती है हिन्दुस्तानी संगीत")]
    [InlineData("தமிழில் சமையல் பாடங்கள்")]
    [InlineData("বাংলা গান শেখা শুরু করুন")]
    [InlineData("สมชายสอนทำอาหารไทย")]
    [InlineData("山田太郎のギター教室、かがやく音色")]
    [InlineData("王小明教你做饭")]
    [InlineData("김철수의 기타 수업")]
    [InlineData("አበበ የሙዚቃ ትምህርት")]
    [InlineData("ភាសាខ្មែរ សម្រាប់អ្នកចាប់ផ្តើម")]
    // Mixed on purpose, honestly
    [InlineData("Уроки Photoshop и Lightroom для начинающих")]
    [InlineData("K-POP 댄스 basics with 지민")]
    [InlineData("Python で学ぶ機械学習")]
    [InlineData("β-Carotin und α-Wellen, µm genau")]
    public void Honest_text_passes_untouched(string text) => Assert.Empty(Words.Find(text));

    [Theory]
    [InlineData("Write to me@example.com", "email-address", true)]
    [InlineData("Cleo.Fontaine+series@mail.example.co.uk", "email-address", true)]
    [InlineData("ｍｅ＠ｅｘａｍｐｌｅ．ｃｏｍ", "email-address", true)]
    [InlineData("cleo (at) example (dot) com", "email-address", false)]
    [InlineData("cleo at example dot com", "email-address", false)]
    [InlineData("cleo [at] example.com", "email-address", false)]
    [InlineData("See https://example.com/shop?x=1", "link", true)]
    [InlineData("hxxp://example.com", "link", true)]
    [InlineData("HTTPS : // example.org", "link", true)]
    [InlineData("www.example.fr", "link", true)]
    [InlineData("all on mycourse.shop today", "link", true)]
    [InlineData("ｗｗｗ．ｅｘａｍｐｌｅ．ｃｏｍ", "link", true)]
    [InlineData("example。com", "link", true)]
    [InlineData("exam\u200Bple.com", "link", true)]
    [InlineData("t.me/cleocourses", "link", true)]
    [InlineData("discord.gg/abc123", "link", true)]
    [InlineData("𝚎𝚡𝚊𝚖𝚙𝚕𝚎.𝚌𝚘𝚖", "link", true)]
    [InlineData("example [.] com", "link", false)]
    [InlineData("mycourse dot com has more", "link", false)]
    [InlineData("mycourse .com", "link", false)]
    [InlineData("find it at cleo.io", "link", false)]
    [InlineData("Call +1 415 555 0134", "phone-number", true)]
    [InlineData("+33 6 12 34 56 78", "phone-number", true)]
    [InlineData("(030) 901820-4455", "phone-number", false)]
    [InlineData("06 12 34 56 78", "phone-number", false)]
    [InlineData("٠٦١٢٣٤٥٦٧٨", "phone-number", false)]
    [InlineData("whatsapp: cleo_films", "messenger-account", false)]
    [InlineData("Snapchat @cleo.films", "messenger-account", false)]
    [InlineData("telegram id: cleofilms", "messenger-account", false)]
    public void Ways_out_of_the_shop_are_found(string text, string code, bool certain)
    {
        var finding = Assert.Single(ContactDetails.Find(text));
        Assert.Equal((code, certain), (finding.Code, finding.Certain));
    }

    [Theory]
    [InlineData("30 days, 1,000 words, $189.99, 24/7")]
    [InlineData("From 2019-05-17 to 2024-12-31, or 17.05.2019 - 31.12.2024")]
    [InlineData("The years 1914 1918 1939 1945")]
    [InlineData("Node.js, ASP.NET Core, e.g. in C#.")]
    [InlineData("Take a break...then go on.Start again")]
    [InlineData("Mix 3:1, bake at 180 for 45 min, serves 4-6")]
    [InlineData("Thanks @cleo and #ceramics")]
    [InlineData("What is at stake; a dot on the map; com is no word")]
    [InlineData("Signal processing: an introduction")]
    [InlineData("Instagram for beginners")]
    [InlineData("Vol.2, No.5, p.17, v1.2.3, 10.15.7")]
    [InlineData("Éducation. Communication. Organisation.")]
    public void Numbers_dates_and_sentences_are_not_contact_details(string text) => Assert.Empty(ContactDetails.Find(text));

    [Fact]
    public async Task Only_texts_that_a_revision_changes_are_looked_at()
    {
        var approved = new SeriesContent("casino", "clay", "crafts", "cov_1", null, [new(new("vid_1"), "casino", 31_000), new(new("vid_2"), "two", 31_000)]);
        var check = new BlockedWordsCheck(Words);
        Assert.Equal("blocked-word in title; blocked-word in videos[0].title", (await LookAsync(null, approved)).Finding);
        Assert.True((await LookAsync(approved, approved with { Description = "loam", Videos = [.. approved.Videos.Reverse()] })).Passed);
        var retitled = approved with { Videos = [approved.Videos[0], new(new("vid_2"), "casino two", 31_000), new(new("vid_3"), "casino three", 31_000)] };
        Assert.Equal("blocked-word in videos[1].title; blocked-word in videos[2].title", (await LookAsync(approved, retitled)).Finding);
        Assert.Equal("blocked-word in title", (await LookAsync(approved, approved with { Title = "Casino" })).Finding);

        ValueTask<CheckResult> LookAsync(SeriesContent? before, SeriesContent after) => check.LookAsync(
            new(new(new("ser_1"), 2, new("creator"), after, DateTimeOffset.UnixEpoch, before is null ? 0 : 1, RevisionChanges.Of(before, after)), ProgrammeStatus.Approved),
            TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_finding_says_where_in_the_text_the_word_stands()
    {
        var finding = Assert.Single(Words.Find("Learn c.a.s.i.n.o tricks"));
        Assert.Equal("c.a.s.i.n.o", "Learn c.a.s.i.n.o tricks"[finding.Start..finding.End]);
    }

    [Fact]
    public void No_text_breaks_the_checks_or_keeps_them_busy()
    {
        var random = new Random(20261121);
        string[] pieces = ["casino", "a", ".", " ", "*", "@", "1", "+", "\u200B", "\u0301", "赌", "博", "\uD83D", "\uDE00", "😀", "ß", "ı", "(", "dot", "com", "http://", "９", "c", "s"];
        var slowest = 0L;
        for (var i = 0; i < 3_000; i++)
        {
            var text = new StringBuilder();
            var length = random.Next(1, 400);
            for (var j = 0; j < length; j++)
                text.Append(pieces[random.Next(pieces.Length)]);
            var written = text.ToString();
            var before = GC.GetAllocatedBytesForCurrentThread();
            foreach (var finding in Words.Find(written))
                Assert.True(finding.Start >= 0 && finding.Start < finding.End && finding.End <= written.Length, string.Create(CultureInfo.InvariantCulture, $"round {i}"));
            ContactDetails.Find(written);
            slowest = Math.Max(slowest, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        // What a text may cost is counted in memory, which is the same on every machine; work that grows with the square of the text would show in it.
        Assert.InRange(slowest, 1, 4_000_000);
    }

    [Fact]
    public void A_long_text_with_a_thousand_words_to_look_for_is_read_in_one_go()
    {
        var many = new BlockedWords(string.Join(',', Enumerable.Range(0, 1_000).Select(i => $"word{(char)('a' + i % 26)}{(char)('a' + i / 26 % 26)}x")) + ",casino");
        var text = string.Join(' ', Enumerable.Repeat("an honest sentence about clay", 70)) + " casino";
        Assert.Single(many.Find(text));
    }
}
