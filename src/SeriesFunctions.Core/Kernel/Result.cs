using System.Diagnostics.CodeAnalysis;

namespace SeriesFunctions.Core.Kernel;

/// <summary>Either what was asked for or the <see cref="Kernel.Problem"/> that refuses it.</summary>
public readonly struct Result<T>
{
    private readonly T? _value;
    private readonly Problem? _problem;

    private Result(T value) => _value = value;

    private Result(Problem problem) => _problem = problem;

    public static implicit operator Result<T>(T value) => new(value);

    public static implicit operator Result<T>(Problem problem) => new(problem);

    public bool IsOk([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out Problem? problem)
    {
        value = _value;
        problem = _problem;
        return problem is null;
    }

    /// <summary>The problem, or null when it went well: for callers that need no value.</summary>
    public Problem? Problem => _problem;
}

/// <summary>The value of a <see cref="Result{T}"/> that has nothing to tell but that it went well.</summary>
public readonly record struct Done
{
    public static readonly Done Value;
}
