using System.ComponentModel.DataAnnotations;

namespace SeriesFunctions.Core.Catalog;

/// <summary>Section <c>Catalog</c>: the categories that a series can be in.</summary>
public sealed class CatalogOptions
{
    public const string Section = "Catalog";

    /// <summary>Kebab-case names. The first is what a series without a category gets.</summary>
    [MinLength(1), Required]
    public IList<string> Categories { get; set; } = [];

    /// <summary>What is used when the settings name none. Not the default of the property: configuration adds to a list, it doesn't replace it.</summary>
    public static readonly IReadOnlyList<string> DefaultCategories =
        ["general", "beauty", "business", "comedy", "cooking", "crafts", "drama", "education", "fitness", "gaming", "music", "technology", "travel"];
}
