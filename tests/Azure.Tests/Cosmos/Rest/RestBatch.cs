using System.Net;
using Microsoft.Azure.Cosmos;
using Microsoft.Azure.Cosmos.Serialization.HybridRow;
using Microsoft.Azure.Cosmos.Serialization.HybridRow.IO;
using Microsoft.Azure.Cosmos.Serialization.HybridRow.Layouts;
using Microsoft.Azure.Cosmos.Serialization.HybridRow.RecordIO;
using Microsoft.Azure.Cosmos.Serialization.HybridRow.Schemas;

namespace Azure.Tests.Cosmos.Rest;

/// <summary>
/// The body of a transactional batch: HybridRow records, which the REST reference does not describe. The format is the SDK's own public library; the two schemas,
/// BatchOperation and BatchResult, are the resource that the SDK carries (Batch/HybridRowBatchSchemas.json in its public source).
/// </summary>
internal static class RestBatch
{
    private static readonly LayoutResolverNamespace s_layouts = new(ReadSchemas(), null);
    private static readonly Layout s_result = s_layouts.Resolve(s_layouts.Namespace.Schemas.Single(schema => schema.Name == "BatchResult").SchemaId);

    public static async Task<IReadOnlyList<Operation>> ReadAsync(byte[] body)
    {
        List<Operation> operations = [];
        using var stream = new MemoryStream(body, writable: false);
        Func<ReadOnlyMemory<byte>, Result> read = record =>
        {
            operations.Add(Read(record));
            return Result.Success;
        };
        var result = await stream.ReadRecordIOAsync(read, resizer: new MemorySpanResizer<byte>(body.Length));
        return result == Result.Success ? operations : throw new InvalidDataException($"The batch can't be read: {result}.");
    }

    public static async Task<byte[]> WriteAsync(IReadOnlyList<Answer> answers)
    {
        using var stream = new MemoryStream();
        var result = await stream.WriteRecordIOAsync(
            default,
            (long index, out ReadOnlyMemory<byte> buffer) =>
            {
                buffer = index < answers.Count ? Write(answers[(int)index]) : default;
                return Result.Success;
            });
        return result == Result.Success ? stream.ToArray() : throw new InvalidDataException($"The answer can't be written: {result}.");
    }

    private static Operation Read(ReadOnlyMemory<byte> record)
    {
        var row = new RowBuffer(record.Length);
        if (!row.ReadFrom(record.Span, HybridRowVersion.V1, s_layouts))
            throw new InvalidDataException("This is not a row of a batch.");
        var reader = new RowReader(ref row);
        var operation = new Operation(default, null, default, null);
        while (reader.Read())
        {
            switch (reader.Path.ToString())
            {
                case "operationType":
                    reader.ReadInt32(out var verb);
                    operation = operation with { Verb = (Verb)verb };
                    break;
                case "id":
                    reader.ReadString(out string id);
                    operation = operation with { Id = id };
                    break;
                case "resourceBody":
                    reader.ReadBinary(out byte[] bytes);
                    operation = operation with { Body = bytes };
                    break;
                case "ifMatch":
                    reader.ReadString(out string etag);
                    operation = operation with { IfMatch = etag };
                    break;
                default:
                    break;
            }
        }
        return operation;
    }

    private static ReadOnlyMemory<byte> Write(Answer answer)
    {
        var resizer = new MemorySpanResizer<byte>(256);
        var row = new RowBuffer(256, resizer);
        row.InitLayout(HybridRowVersion.V1, s_result, s_layouts);
        var result = RowWriter.WriteBuffer(ref row, answer, static (ref RowWriter writer, TypeArgument _, Answer answer) =>
        {
            writer.WriteInt32("statusCode", (int)answer.Status);
            writer.WriteInt32("subStatusCode", 0);
            if (answer.ETag is not null)
                writer.WriteString("eTag", answer.ETag);
            // The SDK asks for minimal answers, so the document does not come back.
            return writer.WriteFloat64("requestCharge", answer.Charge);
        });
        return result == Result.Success ? resizer.Memory[..row.Length] : throw new InvalidDataException($"The row can't be written: {result}.");
    }

    private static Namespace ReadSchemas()
    {
        using var resource = typeof(CosmosClient).Assembly.GetManifestResourceStream("Microsoft.Azure.Cosmos.Batch.HybridRowBatchSchemas.json")!;
        using var reader = new StreamReader(resource);
        return Namespace.Parse(reader.ReadToEnd());
    }

    /// <summary>A batch answers 200 when all went well and 207 when one failed; the SDK then takes the status of that one.</summary>
    public static HttpStatusCode StatusOf(IReadOnlyList<Answer> answers) =>
        answers.All(answer => (int)answer.Status < 400) ? HttpStatusCode.OK : HttpStatusCode.MultiStatus;
}
