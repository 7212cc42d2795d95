namespace SecureCollectives.Bench.Figures;

/// <summary>A section of a page that the program generates.</summary>
/// <param name="Name">The section's name in the comments around it.</param>
/// <param name="Write">Returns the section's text, from the reports.</param>
internal sealed record FigureSection(string Name, Func<FigureFolder, string> Write);
