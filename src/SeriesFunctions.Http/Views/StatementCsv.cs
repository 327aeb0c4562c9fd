using System.Globalization;
using System.Text;
using SeriesFunctions.Core.Ledger;

namespace SeriesFunctions.Http.Views;

/// <summary>
/// A month as a spreadsheet reads it: a line for what was owed at the start, one for each entry of the creator's account, one for what was owed at the end; the amounts of a currency
/// in between add up to the last. RFC 4180 with a header; amounts in minor units; times in UTC.
/// </summary>
public static class StatementCsv
{
    public const string ContentType = "text/csv; charset=utf-8";

    public static async ValueTask<byte[]> WriteAsync(Statement statement, LedgerBooks books, CancellationToken cancellationToken)
    {
        var start = Months.Parse(statement.Month)!.Value;
        var text = new StringBuilder("bookedAt,kind,what,purchaseId,amount,currency,note\r\n");
        foreach (var line in statement.Lines)
            Row(text, start, "opening", "", "", line.Opening, line.Currency, "");
        await foreach (var transaction in books.ReadAsync(statement.CreatorId, start, start.AddMonths(1), cancellationToken))
        {
            foreach (var entry in transaction.Entries.Where(entry => entry.Account == Accounts.Creator))
                Row(text, transaction.BookedAt ?? transaction.At, KindOf(transaction.Kind), entry.For, transaction.PurchaseId?.Value ?? "", -entry.Amount, transaction.Currency, transaction.Note ?? "");
        }
        foreach (var line in statement.Lines)
            Row(text, start.AddMonths(1), "closing", "", "", line.Closing, line.Currency, "");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string KindOf(TransactionKind kind) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());

    private static void Row(StringBuilder text, DateTimeOffset at, string kind, string what, string purchase, long amount, string currency, string note)
    {
        text.Append(at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)).Append(',').Append(kind).Append(',').Append(what).Append(',').Append(purchase)
            .Append(',').Append(amount.ToString(CultureInfo.InvariantCulture)).Append(',').Append(currency).Append(',');
        // A note is a person's words: quoted, and never taken for a formula.
        if (note.Length > 0)
            text.Append('"').Append(note[0] is '=' or '+' or '-' or '@' or '\t' ? "'" : "").Append(note.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        text.Append("\r\n");
    }
}
