using System.Reflection;
using System.Runtime.CompilerServices;
using SeriesFunctions.App.Triggers;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Http.Endpoints;

namespace Azure.Tests.App;

/// <summary>A trigger as it stands on a function's parameter: its attribute's constructor arguments in order, and its named ones.</summary>
internal sealed record Trigger(string Function, string Kind, MethodInfo Method, IReadOnlyList<object?> Arguments, IReadOnlyDictionary<string, object?> Named)
{
    public string? Text(int at) => Arguments[at] as string;
}

/// <summary>
/// The app's functions, read from its assembly without making any attribute: with PartialFeed they are signatures that must not run. And what they are compared with.
/// </summary>
internal static class Functions
{
    public static readonly string Root = FindRoot();

    public static IReadOnlyList<Trigger> All { get; } = Read();

    public static IReadOnlyList<ApiRoute> Routes { get; } = ReadRoutes();

    public static IEnumerable<Trigger> OfKind(string kind) => All.Where(trigger => trigger.Kind == kind);

    /// <summary>A file of the repository, without carriage returns.</summary>
    public static string File(string path) => System.IO.File.ReadAllText(Path.Combine(Root, path)).ReplaceLineEndings("\n");

    private static List<Trigger> Read() =>
    [
        .. from type in typeof(ApiFunctions).Assembly.GetTypes()
           from method in type.GetMethods()
           let function = method.CustomAttributes.FirstOrDefault(attribute => attribute.AttributeType.Name == "FunctionAttribute")
           where function is not null
           let trigger = method.GetParameters().SelectMany(parameter => parameter.CustomAttributes).Single(attribute => attribute.AttributeType.Name.EndsWith("TriggerAttribute", StringComparison.Ordinal))
           select new Trigger(
               (string)function.ConstructorArguments[0].Value!,
               trigger.AttributeType.Name[..^"TriggerAttribute".Length],
               method,
               [.. trigger.ConstructorArguments.Select(Value)],
               trigger.NamedArguments.ToDictionary(argument => argument.MemberName, argument => Value(argument.TypedValue))),
    ];

    private static object? Value(CustomAttributeTypedArgument argument) =>
        argument.Value is IReadOnlyCollection<CustomAttributeTypedArgument> array ? array.Select(element => element.Value).ToArray() : argument.Value;

    /// <summary>The list as both hosts have it; nothing behind the endpoints is needed to look at it.</summary>
    private static IReadOnlyList<ApiRoute> ReadRoutes()
    {
        var constructor = typeof(ApiRoutes).GetConstructors().Single();
        var endpoints = constructor.GetParameters().Select(parameter => RuntimeHelpers.GetUninitializedObject(parameter.ParameterType)).ToArray();
        return ((ApiRoutes)constructor.Invoke(endpoints)).All;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(Path.Combine(folder!.FullName, "SeriesFunctions.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }
}
