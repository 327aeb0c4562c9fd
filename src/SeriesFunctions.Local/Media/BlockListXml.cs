using System.Globalization;
using System.Text;
using System.Xml;

namespace SeriesFunctions.Local.Media;

/// <summary>The two documents of Blob Storage's block lists. Source: its REST reference, "Put Block List" and "Get Block List".</summary>
internal static class BlockListXml
{
    /// <summary>Blob Storage takes so many blocks in one blob.</summary>
    public const int MostBlocks = 50_000;

    /// <summary>Where a list says that a block is to be looked for.</summary>
    public enum Source
    {
        Latest,
        Uncommitted,
        Committed,
    }

    /// <summary>Null when it is no block list. A document type is refused: nothing in it could be wanted.</summary>
    public static IReadOnlyList<(Source Source, string Id)>? Read(Stream body)
    {
        var blocks = new List<(Source, string)>();
        try
        {
            using var xml = XmlReader.Create(body, new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true, IgnoreWhitespace = true });
            if (xml.MoveToContent() != XmlNodeType.Element || xml.LocalName != "BlockList")
                return null;
            var isEmpty = xml.IsEmptyElement;
            xml.ReadStartElement();
            while (!isEmpty && xml.MoveToContent() == XmlNodeType.Element)
            {
                Source? source = xml.LocalName switch
                {
                    "Latest" => Source.Latest,
                    "Uncommitted" => Source.Uncommitted,
                    "Committed" => Source.Committed,
                    _ => null,
                };
                if (source is not { } known || blocks.Count == MostBlocks)
                    return null;
                blocks.Add((known, xml.ReadElementContentAsString().Trim()));
            }
            if (!isEmpty)
                xml.ReadEndElement();
            return blocks;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    public static byte[] Write(IReadOnlyList<Block> committed, IReadOnlyList<Block> uncommitted)
    {
        using var body = new MemoryStream();
        using (var xml = XmlWriter.Create(body, new() { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) }))
        {
            xml.WriteStartElement("BlockList");
            Write(xml, "CommittedBlocks", committed);
            Write(xml, "UncommittedBlocks", uncommitted);
            xml.WriteEndElement();
        }
        return body.ToArray();
    }

    private static void Write(XmlWriter xml, string name, IReadOnlyList<Block> blocks)
    {
        xml.WriteStartElement(name);
        foreach (var block in blocks)
        {
            xml.WriteStartElement("Block");
            xml.WriteElementString("Name", block.Id);
            xml.WriteElementString("Size", block.Length.ToString(CultureInfo.InvariantCulture));
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    }
}
