using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace SeriesFunctions.Core.Settings;

/// <summary>Reads sections and collects everything that is wrong with them, so that a host that doesn't start names all of it at once.</summary>
public sealed class SettingsReader
{
    private readonly List<string> _wrong = [];

    public void Refuse(string what) => _wrong.Add(what);

    /// <summary>The section's options, checked. Wrong ones are noted; what is answered is then not to be used.</summary>
    public T Read<T>(string section, Func<T?> read, IValidateOptions<T>? validator)
        where T : class, new()
    {
        T options;
        try
        {
            options = read() ?? new();
        }
        catch (InvalidOperationException e)
        {
            // The binder names the setting, and its cause says what could not be read.
            _wrong.Add(e.Message);
            return new();
        }
        if (validator?.Validate(null, options) is { Failed: true } failed)
            _wrong.AddRange(failed.Failures.Select(failure => Named(failure, section)));
        return options;
    }

    /// <summary>A misspelt setting would silently not hold; it is refused instead.</summary>
    public void CheckNames(IConfiguration configuration, IEnumerable<(string Section, Type Type)> sections)
    {
        foreach (var (section, type) in sections)
        {
            foreach (var child in configuration.GetSection(section).GetChildren())
            {
                if (type.GetProperty(child.Key, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase) is null)
                    _wrong.Add($"{section}:{child.Key} is not a setting. There are: {string.Join(", ", type.GetProperties().Select(property => $"{section}:{property.Name}"))}.");
            }
        }
    }

    /// <summary>Throws <see cref="OptionsValidationException"/> that names each wrong setting and what is allowed.</summary>
    public void ThrowIfWrong()
    {
        if (_wrong.Count > 0)
            throw new OptionsValidationException("settings", typeof(SettingsReader), _wrong);
    }

    /// <summary>A validator names the property; people know the setting.</summary>
    private static string Named(string failure, string section)
    {
        var text = failure.Contains(": ", StringComparison.Ordinal) ? failure[(failure.IndexOf(": ", StringComparison.Ordinal) + 2)..] : failure;
        return text.Contains(section + ":", StringComparison.Ordinal) ? text : string.Create(CultureInfo.InvariantCulture, $"{section}: {text}");
    }
}
