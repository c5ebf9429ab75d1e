package org.tempera.record.report;

/** The frame (title, style, title, body) of the report's page and its style sheet. */
final class ReportPage {
    static final String PAGE =
            """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>%s - Tempera</title>
            <style>
            %s</style>
            </head>
            <body>
            <main>
            <header><p class="brand">Tempera run</p><h1>%s</h1></header>
            %s</main>
            </body>
            </html>
            """;

    static final String STYLE =
            """
            :root {
              --paper: #fbfaf7; --card: #ffffff; --ink: #23211e; --soft: #6d675f; --rule: #e4dfd6; --shade: rgba(35, 33, 30, 0.28);
              --yes: #b4451f; --no: #2f7d4f; --unknown: #7a6f5d;
              --c1: #b4451f; --c2: #24699b; --c3: #2f7d4f; --c4: #8a4f9e; --c5: #b07d10; --c6: #5d6670;
            }
            @media (prefers-color-scheme: dark) {
              :root {
                --paper: #1a1917; --card: #232220; --ink: #ece8e1; --soft: #a39c91; --rule: #38352f; --shade: rgba(0, 0, 0, 0.75);
                --yes: #f0875a; --no: #6fc48d; --unknown: #b9ad97;
                --c1: #f0875a; --c2: #6db3e2; --c3: #6fc48d; --c4: #c892da; --c5: #dcae4a; --c6: #a5adb6;
              }
            }
            * { box-sizing: border-box; }
            body { margin: 0; background: var(--paper); color: var(--ink);
              font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
            main { max-width: 1120px; margin: 0 auto; padding: 40px 24px 64px; }
            h1 { font-size: 30px; line-height: 1.2; margin: 0; font-weight: 650; letter-spacing: -0.01em; overflow-wrap: anywhere; }
            h2 { font-size: 18px; margin: 0 0 12px; font-weight: 620; }
            section { margin-top: 36px; }
            .brand { margin: 0 0 4px; color: var(--soft); font-size: 13px; letter-spacing: 0.06em; text-transform: uppercase; }
            .facts { display: flex; flex-wrap: wrap; gap: 8px 32px; margin: 20px 0 0; padding: 14px 0;
              border-top: 1px solid var(--rule); border-bottom: 1px solid var(--rule); }
            .facts dt { color: var(--soft); font-size: 13px; }
            .facts dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
            .verdict { background: var(--card); border: 1px solid var(--rule); border-left: 5px solid var(--unknown);
              border-radius: 8px; padding: 18px 22px; margin-top: 28px; }
            .verdict h2 { margin-bottom: 4px; font-size: 20px; color: var(--unknown); }
            .verdict p { margin: 0; max-width: 75ch; }
            .verdict.yes { border-left-color: var(--yes); }
            .verdict.yes h2 { color: var(--yes); }
            .verdict.no { border-left-color: var(--no); }
            .verdict.no h2 { color: var(--no); }
            .scroll { overflow-x: auto; background: linear-gradient(to right, var(--paper) 40%, transparent) left,
                linear-gradient(to left, var(--paper) 40%, transparent) right,
                linear-gradient(to right, var(--shade), transparent) left,
                linear-gradient(to left, var(--shade), transparent) right;
              background-size: 40px 100%, 40px 100%, 16px 100%, 16px 100%; background-repeat: no-repeat;
              background-attachment: local, local, scroll, scroll; }
            table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 14px; }
            th, td { text-align: left; padding: 8px 14px 8px 0; border-bottom: 1px solid var(--rule); white-space: nowrap; }
            td:last-child { padding-right: 0; }
            thead th { color: var(--soft); font-size: 13px; font-weight: 500; }
            tbody th { font-weight: 600; }
            td.up { color: var(--no); }
            td.down { color: var(--yes); }
            .note { color: var(--soft); font-size: 13px; margin: 8px 0 0; }
            .plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(440px, 100%), 1fr)); gap: 20px; }
            .plot { margin: 0; background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: 14px 14px 8px; }
            .plot.wide { grid-column: 1 / -1; }
            figcaption { font-size: 14px; font-weight: 600; margin-bottom: 6px; }
            figcaption span { color: var(--soft); font-weight: 400; margin-left: 6px; }
            .key { display: inline-block; }
            .key i { display: inline-block; width: 14px; height: 3px; margin-right: 5px; vertical-align: middle; }
            svg { display: block; width: 100%; height: auto; }
            svg.slim { display: none; }
            .grid { stroke: var(--rule); stroke-width: 1; }
            .zero { stroke: var(--soft); stroke-width: 1; }
            .tick { fill: var(--soft); font-size: 11px; font-family: inherit; }
            .end { text-anchor: end; }
            .mid { text-anchor: middle; }
            .line { fill: none; stroke-width: 1.9; stroke-linejoin: round; stroke-linecap: round; }
            .band { opacity: 0.16; stroke: none; }
            .s1 { stroke: var(--c1); } .s2 { stroke: var(--c2); } .s3 { stroke: var(--c3); }
            .s4 { stroke: var(--c4); } .s5 { stroke: var(--c5); } .s6 { stroke: var(--c6); }
            .band.s1, .dot.s1, i.s1 { fill: var(--c1); background: var(--c1); }
            .band.s2, .dot.s2, i.s2 { fill: var(--c2); background: var(--c2); }
            .band.s3, .dot.s3, i.s3 { fill: var(--c3); background: var(--c3); }
            .band.s4, .dot.s4, i.s4 { fill: var(--c4); background: var(--c4); }
            .band.s5, .dot.s5, i.s5 { fill: var(--c5); background: var(--c5); }
            .band.s6, .dot.s6, i.s6 { fill: var(--c6); background: var(--c6); }
            .band, .dot { stroke: none !important; }
            h3 { font-size: 14px; margin: 0 0 8px; font-weight: 600; width: 100%; overflow-wrap: anywhere; }
            th.text { white-space: normal; min-width: 14em; font-weight: 500; overflow-wrap: anywhere; }
            .scroll + .scroll { margin-top: 16px; }
            .note + .scroll { margin-top: 20px; }
            .extremes { display: grid; grid-template-columns: repeat(auto-fill, minmax(288px, 1fr)); gap: 24px; }
            .pair { display: flex; flex-wrap: wrap; gap: 0 16px; align-content: flex-start; }
            .pair figure { margin: 0; flex: 1 1 0; min-width: 0; max-width: 160px; }
            .pair img { display: block; width: 100%; height: auto; border: 1px solid var(--rule); border-radius: 6px; }
            .unkept { border: 1px dashed var(--rule); border-radius: 6px; padding: 24px 12px; color: var(--soft); font-size: 12px; }
            .extremes .note { grid-column: 1 / -1; margin: 0; }
            .pair figcaption { margin: 6px 0 0; font-size: 13px; font-weight: 500; overflow-wrap: anywhere; }
            .pair figcaption span { display: block; margin: 0; font-size: 12px; }
            .pictures { display: grid; gap: 24px; }
            .pictures figure { margin: 0; }
            .pictures img { display: block; max-width: 100%; height: auto; border: 1px solid var(--rule); border-radius: 6px; }
            details { margin-top: 16px; border-top: 1px solid var(--rule); padding-top: 12px; }
            details:first-of-type { margin-top: 40px; }
            summary { cursor: pointer; font-weight: 600; }
            pre { overflow-x: auto; background: var(--card); border: 1px solid var(--rule); border-radius: 6px; padding: 14px;
              font: 13px/1.5 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; }
            @media (max-width: 640px) {
              main { padding: 24px 16px 48px; }
              h1 { font-size: 24px; }
              .verdict { padding: 14px 16px; }
              .plot { overflow-x: auto; padding: 12px 10px 6px; }
              .tick { font-size: 15px; }
              svg.broad { display: none; }
              svg.slim { display: block; }
              .pictures figure { overflow-x: auto; }
              .pictures img { max-width: none; }
              .extremes { grid-template-columns: 1fr; }
            }
            ol { columns: 3 220px; font-size: 14px; padding-left: 2.2em; }
            """;

    private ReportPage() {}
}
