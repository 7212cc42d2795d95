namespace SecureCollectives.Cli.Doctor;

/// <summary>The result of a check.</summary>
/// <param name="Health">How serious it is.</param>
/// <param name="Subject">What was checked, in one or two words.</param>
/// <param name="Text">The finding, in one or two sentences.</param>
/// <param name="Advice">What to do about it; null if nothing needs to be done.</param>
internal sealed record Finding(Health Health, string Subject, string Text, string? Advice = null)
{
    public static Finding Good(string subject, string text) => new(Health.Good, subject, text);

    public static Finding Warning(string subject, string text, string? advice = null) => new(Health.Warning, subject, text, advice);

    public static Finding Problem(string subject, string text, string? advice = null) => new(Health.Problem, subject, text, advice);
}
