using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Local.Media;

/// <summary>Why an upload or a read is refused.</summary>
internal static class UploadProblems
{
    public static readonly Problem NoBlob = Problem.NotFound("blob");
    public static readonly Problem Expired = Problem.Forbidden("url-expired", "This URL is no longer good. Ask for a new one.");
    public static readonly Problem BadSignature = Problem.Forbidden("bad-signature", "This URL does not allow that.");
    public static readonly Problem TooLarge = new(ProblemKind.TooLarge, "too-large", "An upload has at most 4 GB.");
    public static readonly Problem BrokenOff = Malformed("broken-off", "The upload did not arrive whole. Nothing was stored; send it again.");
    public static readonly Problem BadMd5 = Malformed("md5-mismatch", "What arrived is not what Content-MD5 says. Nothing was stored; send it again.");
    public static readonly Problem UnknownOperation = Malformed("unknown-operation", "The comp parameter is block or blocklist, or left out.");
    public static readonly Problem BadBlockId = Malformed("bad-block-id", "A blockid is base64 of 1 to 64 bytes.");
    public static readonly Problem TooManyBlocks = Problem.Conflict("too-many-blocks", "A blob has at most 50,000 blocks.");
    public static readonly Problem BadBlockList = Malformed("bad-block-list", "The body is not a block list, or it names more than 50,000 blocks.");
    public static readonly Problem UnknownBlock = Malformed("unknown-block", "The list names a block that was not uploaded. Ask for the block list, and upload what is missing.");

    /// <summary>What Blob Storage calls it. Source: its REST reference, "Blob Storage error codes" and "Common REST API error codes".</summary>
    public static string StorageCode(Problem problem) => problem.Code switch
    {
        "url-expired" or "bad-signature" => "AuthenticationFailed",
        "too-large" => "RequestBodyTooLarge",
        "md5-mismatch" => "Md5Mismatch",
        "unknown-operation" => "InvalidQueryParameterValue",
        "bad-block-id" => "InvalidBlobOrBlock",
        "too-many-blocks" => "BlockCountExceedsLimit",
        "bad-block-list" => "InvalidXmlDocument",
        "unknown-block" => "InvalidBlockList",
        _ => problem.Kind switch
        {
            ProblemKind.NotFound => "BlobNotFound",
            ProblemKind.Unavailable => "ServerBusy",
            _ => "InvalidInput",
        },
    };

    private static Problem Malformed(string code, string detail) => new(ProblemKind.Malformed, code, detail);
}
