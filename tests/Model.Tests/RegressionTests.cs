using Model.Tests.Histories;
using Model.Tests.Subscriptions;

namespace Model.Tests;

/// <summary>Histories that once ended wrong, as they were shrunk. Each names the bug that it found.</summary>
public sealed class RegressionTests
{
    [Fact]
    public void A_refund_that_is_sent_twice_at_once_is_recorded_once() => Good(new(39, 8,
    [
        new(Act.Buy, 208, 688, 11431672008657616735),
        new(Act.Pay, 521, 795, 2398291359780868279),
        new(Act.Pay, 494, 938, 13467203905359298458),
        new(Act.Wait, 797, 58, 12562849900674119835),
        new(Act.Refund, 656, 823, 5349303748342552105),
    ]));

    [Fact]
    public void A_viewer_whose_payment_is_disputed_does_not_pay_again() => Good(new(53, 40,
    [
        new(Act.Buy, 610, 190, 13027433261624014006),
        new(Act.Pay, 726, 69, 16523933868139381478),
        new(Act.OpenDispute, 314, 644, 10243890700602334860),
        new(Act.DoubleClick, 96, 600, 7698188863078656232),
        new(Act.DoubleClick, 118, 936, 1311356949943801319),
        new(Act.PayLater, 774, 239, 15250467641022406299),
        new(Act.Confirm, 980, 761, 11448438380548479822),
        new(Act.Pay, 799, 969, 9695625062406775461),
        new(Act.Pay, 438, 343, 16750342838270440778),
    ]));

    [Fact]
    public void A_series_that_is_deleted_while_it_is_being_paid_for_stays_with_its_buyer() => Good(new(107, 0,
    [
        new(Act.Buy, 895, 668, 256665394013594161),
        new(Act.Pay, 371, 61, 2339461621062020594),
        new(Act.Delete, 724, 189, 18409157762205271580),
    ]));

    [Fact]
    public void A_payment_that_the_bank_refuses_late_gives_the_use_of_its_code_back() => Good(new(275, 40,
    [
        new(Act.Outage, 851, 850, 17583393048643443836),
        new(Act.SetCode, 179, 150, 10164131275776048829),
        new(Act.Outage, 92, 363, 4636943224730714434),
        new(Act.Buy, 323, 445, 9491134084662917760),
        new(Act.PayLater, 645, 13, 7301605585774881619),
        new(Act.PayLater, 985, 564, 1365580003164982611),
    ]));

    [Fact]
    public void A_free_checkout_that_stood_still_until_its_hold_was_gone_is_not_bought() => Good(new(1200, 40,
    [
        new(Act.SetCode, 340, 254, 5439715917633739650),
        new(Act.DoubleClick, 483, 696, 2994138414884308069),
        new(Act.Pay, 915, 273, 16123945695436539701),
        new(Act.Pay, 3, 100, 7538016882067700205),
        new(Act.SetDiscount, 134, 411, 3031022458572615332),
        new(Act.TwoTabs, 700, 161, 7677955955199080240),
        new(Act.Buy, 66, 709, 8511035447368143781),
        new(Act.Buy, 376, 75, 5537476233313086979),
        new(Act.EndDiscount, 839, 787, 1011221597317000271),
        new(Act.SetDiscount, 531, 87, 12610477899204217671),
        new(Act.SetDiscount, 181, 632, 18400371799546614287),
        new(Act.EndCode, 784, 107, 8171978878374410918),
        new(Act.AnswerGift, 447, 411, 14025035893817603399),
        new(Act.BuyGift, 785, 807, 301071393190452987),
        new(Act.Buy, 73, 888, 2413691516479835609),
        new(Act.ProviderRefund, 6, 149, 7056607638622767148),
        new(Act.Edge, 738, 374, 4851179008270036477),
        new(Act.Buy, 251, 264, 15632473790171389181),
        new(Act.EndDiscount, 754, 358, 7233265212600537789),
        new(Act.Buy, 424, 412, 16451025304844309349),
        new(Act.HalfHour, 487, 348, 2982335185228311907),
        new(Act.Refund, 296, 20, 7315811825974789334),
        new(Act.TwoTabs, 873, 39, 9369708581090854744),
        new(Act.Buy, 559, 724, 4612041642894530602),
        new(Act.Pay, 110, 857, 17317301286361808907),
        new(Act.SetCode, 88, 937, 11588254348435518951),
        new(Act.Seconds, 89, 226, 17812012076168608291),
        new(Act.Buy, 177, 18, 4015480916467813257),
        new(Act.Buy, 155, 324, 5116267471005177174),
        new(Act.Wait, 656, 226, 12052351410382269782),
        new(Act.Seconds, 777, 370, 12351075768546496784),
        new(Act.PayLater, 585, 27, 5394862973264519390),
        new(Act.Timers, 340, 418, 15619478033247320386),
        new(Act.Seconds, 710, 939, 7783692308494915141),
        new(Act.Confirm, 35, 644, 11132697440769791516),
        new(Act.Crash, 216, 592, 4354259495849960799),
        new(Act.Buy, 976, 600, 5301307700262183016),
        new(Act.Buy, 702, 168, 856828251852444320),
        new(Act.List, 838, 770, 11495557353948721455),
        new(Act.Wait, 318, 393, 8344375833381560199),
        new(Act.HalfHour, 231, 962, 16637909430408569448),
        new(Act.DoubleClick, 582, 975, 7953567653349378022),
        new(Act.Buy, 593, 699, 13729648201559733218),
        new(Act.Buy, 159, 664, 15078419856322346330),
        new(Act.Seconds, 850, 147, 12426379842331103125),
        new(Act.WrongAmount, 269, 607, 12705210521092027679),
        new(Act.Edge, 621, 658, 4736843920754548181),
    ]));

    [Fact]
    public void A_discount_that_was_asked_for_while_another_ended_does_not_begin_before_that_end() => Good(new(504834, 0,
    [
        new(Act.Buy, 683, 858, 17890475031713512487),
        new(Act.DoubleClick, 536, 458, 16088297489969531983),
        new(Act.HalfHour, 755, 442, 1130442835445846120),
        new(Act.SetDiscount, 786, 373, 17366566494247878342),
        new(Act.Edge, 463, 780, 8592131301215250342),
        new(Act.SetDiscount, 306, 411, 7717166795035270278),
    ]));

    [Fact]
    public void A_dispute_that_is_booked_in_the_instant_of_a_payout_and_after_it_stands_after_it() => Good(new(506747, 0,
    [
        new(Act.Timers, 161, 262, 14501759874674248278),
        new(Act.HalfHour, 52, 135, 17372272443821697083),
        new(Act.Buy, 810, 402, 8189955776610764306),
        new(Act.CloseDispute, 409, 135, 16348089321877706946),
        new(Act.OpenDispute, 167, 283, 2419190794682460538),
        new(Act.SetDiscount, 420, 438, 3101471584602623875),
        new(Act.OwnRefund, 554, 717, 15939970635719061554),
        new(Act.RefundFails, 181, 155, 1930153632360852767),
        new(Act.Timers, 32, 204, 3419334129684886669),
        new(Act.Pay, 975, 892, 2222812171337912432),
        new(Act.Buy, 741, 648, 16217408051614147263),
        new(Act.CloseDispute, 309, 938, 2631570430773713365),
        new(Act.OpenDispute, 790, 666, 13901457410184582881),
        new(Act.TwoTabs, 524, 135, 17515868218910727730),
        new(Act.Decline, 185, 415, 5506542862443078533),
        new(Act.Buy, 814, 363, 10831456137385303681),
        new(Act.Pay, 215, 462, 15317171126733384250),
        new(Act.Pay, 29, 761, 4026181693675811797),
        new(Act.Seconds, 458, 919, 16817314312978000775),
        new(Act.SetCode, 797, 62, 3872020411934676415),
        new(Act.CloseDispute, 475, 769, 13837061571471959718),
        new(Act.SetDiscount, 698, 919, 5561289761772837641),
        new(Act.Pay, 484, 715, 7952594298897887119),
        new(Act.LoseEvent, 444, 516, 1289957525063393863),
        new(Act.Confirm, 369, 870, 11969768295697800461),
        new(Act.HalfHour, 979, 923, 14294076493037133674),
        new(Act.BuyGift, 859, 438, 3138860060471177186),
        new(Act.Seconds, 713, 460, 6807696913280186947),
        new(Act.LoseEvent, 348, 114, 6780978959584812971),
        new(Act.Fortnight, 980, 817, 16366135218895379165),
        new(Act.Wait, 588, 638, 2791930111206953643),
        new(Act.Buy, 388, 141, 748012096114831739),
        new(Act.Edge, 600, 370, 8850006917319532093),
        new(Act.DoubleClick, 841, 459, 8698149882202711631),
        new(Act.SetDiscount, 680, 789, 16037086101498779039),
        new(Act.SetDiscount, 796, 190, 16587621145094301230),
        new(Act.RefundFails, 503, 618, 13601233832330277135),
        new(Act.Wait, 935, 946, 18080289666978881324),
        new(Act.Buy, 799, 956, 17056816812159771491),
        new(Act.HalfHour, 540, 852, 13908966743214025828),
        new(Act.BuyGift, 272, 580, 14897188087313916701),
        new(Act.LoseEvent, 513, 639, 5212085804483480155),
        new(Act.LoseEvent, 822, 461, 5637469426505393048),
        new(Act.PayCreator, 514, 179, 2467254708826944916),
    ]));

    [Fact]
    public void A_payout_whose_order_came_twice_and_was_refused_once_is_booked_when_the_other_was_made() => Good(new(704901, 0,
    [
        new(Act.Delete, 642, 133, 249131649642770947),
        new(Act.EndDiscount, 86, 126, 3613172485685271600),
        new(Act.Wait, 94, 669, 4921682112301954392),
        new(Act.Buy, 522, 378, 7295307420193573509),
        new(Act.Pay, 834, 329, 11203218897435095826),
        new(Act.Seconds, 509, 375, 15036727352432030428),
        new(Act.Edge, 710, 572, 9027408001224867343),
        new(Act.SetCode, 150, 676, 17348821262353090312),
        new(Act.Buy, 376, 507, 11352085700021145110),
        new(Act.Confirm, 403, 415, 18015048115609178856),
        new(Act.SetCode, 680, 348, 1267130739232947275),
        new(Act.Refund, 993, 364, 5397465614548246671),
        new(Act.Delete, 330, 537, 4684003012889918751),
        new(Act.Wait, 220, 553, 9416902272265638186),
        new(Act.Pay, 13, 11, 18165751819457230955),
        new(Act.Buy, 926, 227, 4451814441323716769),
        new(Act.PayCreator, 306, 366, 11394607282893198388),
        new(Act.TwoTabs, 992, 86, 10614947555921169010),
        new(Act.Decline, 808, 75, 12470345672010732183),
        new(Act.PayCreator, 261, 271, 8791651353164673386),
        new(Act.Refund, 454, 445, 4614529131599644037),
        new(Act.Confirm, 710, 589, 9745412043931211741),
        new(Act.RefundFails, 924, 109, 10350697174044208756),
        new(Act.CloseDispute, 567, 108, 9159223001646068418),
        new(Act.WatchOn, 8, 974, 13478629694074268323),
        new(Act.Pay, 509, 225, 17533679625229101656),
        new(Act.SetCode, 311, 106, 6026920881858552521),
        new(Act.Day, 623, 662, 3726699460070530334),
        new(Act.Pay, 623, 439, 2302324750796668230),
        new(Act.Buy, 362, 245, 711605009863772278),
        new(Act.RefundFails, 371, 673, 5947455920925298261),
        new(Act.SetDiscount, 307, 242, 2817948400069801193),
    ]));

    [Fact]
    public void A_payment_that_commits_the_use_of_a_failed_checkout_at_the_last_moment_does_not_keep_it() => Good(new(153, 40,
    [
        new(Act.Buy, 581, 168, 1875739956584643887),
        new(Act.AnswerGift, 980, 374, 1143279470698804960),
        new(Act.SetCode, 611, 677, 2586097841636338610),
        new(Act.Pay, 96, 783, 4015680255748913327),
        new(Act.Buy, 193, 344, 9078788961367408093),
        new(Act.RefundFails, 671, 68, 10825708935192781908),
        new(Act.Pay, 989, 422, 12512544479783833898),
        new(Act.Buy, 179, 835, 15747487801509015219),
        new(Act.SetDiscount, 781, 586, 6644972909355166056),
        new(Act.Buy, 554, 122, 8864070580022771672),
        new(Act.SetDiscount, 154, 240, 12160885760781600154),
        new(Act.List, 154, 795, 12632654267706512599),
        new(Act.AnswerGift, 268, 999, 12543115630177909789),
        new(Act.Pay, 922, 489, 6356145687908886494),
        new(Act.HalfHour, 495, 351, 10415853281807669992),
        new(Act.SetCode, 253, 38, 16889723464934736617),
        new(Act.OpenDispute, 781, 128, 11864485117442995050),
        new(Act.Confirm, 564, 995, 13532129476813075749),
        new(Act.Pay, 144, 773, 3279688485016879334),
        new(Act.WrongAmount, 130, 694, 10741960916176109982),
        new(Act.Crash, 883, 270, 11195384273483734132),
        new(Act.Seconds, 325, 392, 10605397414512633705),
        new(Act.Confirm, 762, 549, 4685941260943849958),
        new(Act.Outage, 17, 804, 3156594888650185300),
        new(Act.Edge, 770, 994, 8916822109934296263),
        new(Act.Pay, 709, 587, 5395101670750539744),
        new(Act.Buy, 767, 501, 12605900389785279638),
        new(Act.Pay, 921, 754, 6084588878817443095),
        new(Act.Edge, 739, 842, 8216538173144411841),
        new(Act.Buy, 471, 812, 5418166975763954171),
        new(Act.OpenDispute, 978, 728, 4183574485497477040),
        new(Act.SetDiscount, 739, 439, 4292153789564531228),
        new(Act.SetCode, 567, 557, 4069101022994886220),
    ]));

    [Fact]
    public void A_change_in_the_very_instant_in_which_a_period_begins_is_of_the_next_one() => GoodForSubscribers(new(393, 8,
    [
        new(Act.Buy, 667, 927, 11568424367410881323),
        new(Act.Weeks, 730, 549, 9659889448607572925),
        new(Act.Refund, 328, 229, 12712169446096038887),
        new(Act.Weeks, 712, 78, 13377438580149951446),
        new(Act.Day, 322, 72, 11326779526912416507),
        new(Act.Buy, 723, 266, 4406211165581846106),
        new(Act.Edge, 41, 947, 17386203781904080934),
        new(Act.ChangeTier, 832, 790, 9897312648080519596),
    ]));

    [Fact]
    public void A_cheaper_tier_costs_what_was_charged_for_it_when_another_one_is_chosen_before_the_charge() => GoodForSubscribers(new(30, 0,
    [
        new(Act.Buy, 28, 479, 1507495959103496048),
        new(Act.Weeks, 780, 274, 10907917107890808506),
        new(Act.ChangeTier, 328, 66, 6443489079645680907),
        new(Act.Edge, 610, 854, 5525912105108952431),
        new(Act.ChangeTier, 254, 298, 7857474312757495938),
    ]));

    [Fact]
    public void A_price_that_is_agreed_to_before_the_charge_is_not_shown_a_month_early() => GoodForSubscribers(new(30, 0,
    [
        new(Act.Buy, 28, 479, 1507495959103496048),
        new(Act.Weeks, 780, 274, 10907917107890808506),
        new(Act.SetPrice, 0, 2, 6443489079645680907),
        new(Act.Edge, 610, 854, 5525912105108952431),
        new(Act.AgreePrice, 254, 298, 7857474312757495938),
    ]));

    [Fact]
    public void A_renewal_that_is_found_when_another_subscription_is_just_begun_does_not_run_beside_it() => GoodForSubscribers(new(100042, 0,
    [
        new(Act.Buy, 90, 222, 2677875852309176091),
        new(Act.Sleep, 957, 629, 16486620194119666432),
        new(Act.Weeks, 204, 636, 14463011384495323474),
        new(Act.Sleep, 346, 114, 11442592755763063866),
        new(Act.Buy, 738, 506, 17481010936599124783),
    ]));

    [Fact]
    public void What_was_over_before_its_failed_renewal_was_heard_of_does_not_run_on_at_the_provider() => GoodForSubscribers(new(100341, 40,
    [
        new(Act.Sleep, 874, 404, 5469051645424242499),
        new(Act.Day, 392, 923, 3778450661131846203),
        new(Act.Weeks, 328, 865, 17390569502172367794),
        new(Act.Buy, 912, 557, 11218121411063380746),
        new(Act.Card, 652, 540, 2817939455475382471),
        new(Act.Weeks, 98, 884, 1878541474607021399),
        new(Act.Sleep, 419, 98, 288838084006311042),
        new(Act.OpenDispute, 575, 154, 17079266327674851017),
    ]));

    /// <summary>Who asked the provider and was cut off has not told anybody.</summary>
    [Fact]
    public void A_payment_of_which_no_event_comes_is_found_when_its_page_is_over() => GoodForSubscribers(new(100446, 40,
    [
        new(Act.Buy, 917, 909, 10475843131021396518),
        new(Act.LoseEvents, 118, 534, 6760554747648516813),
        new(Act.Buy, 566, 86, 13594964615648310280),
    ]));

    [Fact]
    public void A_dearer_tier_that_was_charged_and_not_yet_recorded_costs_what_was_asked_for_when_another_one_is_chosen() => GoodForSubscribers(new(102405, 80,
    [
        new(Act.Buy, 264, 210, 6401015135718827843),
        new(Act.Weeks, 533, 180, 11307176042619214143),
        new(Act.ChangeTier, 622, 899, 12808753210883719098),
        new(Act.ChangeTier, 144, 421, 2094800670458244745),
    ]));

    private static void Good(History history) => Assert.Empty(Trial.Run(history).Violations);

    private static void GoodForSubscribers(History history) => Assert.Empty(SubscriptionTrial.Run(history).Violations);
}
