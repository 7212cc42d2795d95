namespace SecureCollectives.Cli.Doctor;

/// <summary>What a check found.</summary>
/// <param name="Health">How bad it is.</param>
/// <param name="Subject">What was checked, in a word or two.</param>
/// <param name="Text">A sentence.</param>
/// <param name="Advice">What to do; null where nothing needs to be done.</param>
internal sealed record Finding(Health Health, string Subject, string Text, string? Advice = null)
{
    public static Finding Good(string subject, string text) => new(Health.Good, subject, text);

    public static Finding Warning(string subject, string text, string? advice = null) => new(Health.Warning, subject, text, advice);

    public static Finding Problem(string subject, string text, string? advice = null) => new(Health.Problem, subject, text, advice);
}
